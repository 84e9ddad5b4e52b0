/// Sends messages with a deadline and retries, and says what is known when it does not work.
struct Publisher: Sendable {
    let broker: any Broker
    let options: TaskClient.Options
    let time: TimeSource

    /// Publishes all messages or none, as they are written in `wires`; returns who holds the lock of each that was not taken.
    ///
    /// - Throws: ``TaskError`` with code `brokerFailed`, `timedOut` or `unsupported`; what the broker throws with another
    ///   code is passed on.
    func publish(_ messages: [TaskMessage], as wires: [WireMessage]) async throws -> [String: String] {
        guard !messages.isEmpty else { return [:] }
        let unique = try uniqueBroker(for: messages)
        guard let timeout = options.publishTimeout else { return try await attempts(messages, wires, unique) }
        return try await withThrowingTaskGroup(of: [String: String].self) { group in
            group.addTask { try await attempts(messages, wires, unique) }
            group.addTask {
                try await time.sleep(for: timeout)
                throw TaskError(
                    .timedOut, "the broker did not take \(Self.text(messages)) within \(timeout); \(Self.advice)")
            }
            defer { group.cancelAll() }
            guard let holders = try await group.next() else { throw CancellationError() }
            return holders
        }
    }

    private func attempts(
        _ messages: [TaskMessage], _ wires: [WireMessage], _ unique: (any UniqueBroker)?
    ) async throws -> [String: String] {
        var wires = wires
        var retries = 0
        while true {
            do {
                if let unique { return try await unique.publishUnique(wires) }
                try await broker.publish(wires)
                return [:]
            } catch let error where Self.mayPass(error) {
                guard let delay = options.publishRetry.delay(afterRetries: retries) else {
                    throw TaskError(
                        .brokerFailed,
                        "the broker did not take \(Self.text(messages)) in \(retries + 1) attempts; \(Self.advice)",
                        cause: error)
                }
                retries += 1
                // The attempt that failed may have brought them there.
                wires = wires.map(\.markedAsRepeated)
                if delay > .zero { try await time.sleep(for: delay) }
            }
        }
    }

    /// Whether another attempt may succeed.
    private static func mayPass(_ error: any Error) -> Bool {
        if error is CancellationError { return false }
        guard let code = (error as? TaskError)?.code else { return true }
        return code == .brokerFailed || code == .timedOut
    }

    private func uniqueBroker(for messages: [TaskMessage]) throws(TaskError) -> (any UniqueBroker)? {
        guard let message = messages.first(where: { $0.headers.uniqueLock != nil }) else { return nil }
        if let broker = broker as? any UniqueBroker { return broker }
        throw TaskError(
            .unsupported,
            """
            task '\(message.task)' is unique, which \(type(of: broker)) cannot keep; use a broker that is a UniqueBroker, \
            or drop 'unique' from its options
            """)
    }

    private static let advice =
        "they may or may not be there, and sending them again under the same ids is safe"

    private static func text(_ messages: [TaskMessage]) -> String {
        let names = messages.prefix(3).map { "'\($0.task)' (\($0.id))" }.joined(separator: ", ")
        let more = messages.count > 3 ? " and \(messages.count - 3) more" : ""
        return "\(messages.count == 1 ? "the message" : "the messages") \(names)\(more)"
    }
}
