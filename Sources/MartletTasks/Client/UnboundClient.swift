extension TaskClient {
    /// A client that prepares messages and can do nothing else.
    package static let unbound = TaskClient(broker: Unbound(), results: Unbound())
}

/// Stands where a broker and a result backend would be, and says what to do instead.
private struct Unbound: Broker, ResultBackend {
    private var error: TaskError {
        TaskError(
            .unsupported,
            """
            this task was enqueued in a transaction without a client, so its result is not known here; \
            ask client.result(of: result.id), or give the client to enqueue
            """)
    }

    func publish(_ messages: [WireMessage]) async throws { throw error }
    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] { throw error }
    func settle(_ settlements: [Settlement]) async throws { throw error }
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] { throw error }
    func depth(of queue: String) async throws -> QueueDepth { throw error }
    func purge(_ queue: String) async throws -> Int { throw error }
    func store(_ results: [TaskResult]) async throws { throw error }
    func fetch(_ ids: [String]) async throws -> [String: TaskResult] { throw error }
    func wait(for id: String) async throws -> TaskResult { throw error }
    func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult] {
        throw error
    }
    func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion { throw error }
    func cleanUp() async throws { throw error }
    func forget(_ ids: [String]) async throws { throw error }
}
