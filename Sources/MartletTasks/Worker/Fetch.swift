import Synchronization

/// One call of ``Broker/receive(from:limit:lease:)``, in a Swift task of its own: one that never returns can be given up.
final class Fetch: Sendable {
    private let arrival = Signal<Result<[ReceivedMessage], any Error>>()
    private let call = Mutex<Task<Void, Never>?>(nil)
    private let isCancelled = Signal<Void>()

    /// Begins to receive.
    static func start(
        from broker: any Broker, queues: [String], limit: Int, lease: Duration
    ) -> Fetch {
        let fetch = Fetch()
        let call = Task(executorPreference: WorkerExecutor.current) {
            do {
                fetch.arrival.set(.success(try await broker.receive(from: queues, limit: limit, lease: lease)))
            } catch {
                fetch.arrival.set(.failure(error))
            }
        }
        fetch.call.withLock { $0 = call }
        return fetch
    }

    /// What has arrived; nothing when it was cancelled before.
    ///
    /// - Throws: What the broker throws.
    func messages() async throws -> [ReceivedMessage] {
        let arrived = await withTaskCancellationHandler {
            await arrival.value()
        } onCancel: {
            cancel()
        }
        switch arrived {
        case .success(let messages): return messages
        case .failure(let error) where error is CancellationError && isCancelled.current != nil: return []
        case .failure(let error): throw error
        }
    }

    /// Asks the broker to come back with what it has.
    func cancel() {
        isCancelled.set(())
        call.withLock { $0?.cancel() }
    }
}
