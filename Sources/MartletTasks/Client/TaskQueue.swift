extension TaskClient {
    /// A queue by its name, to look at and to direct.
    public func queue(_ name: String) -> TaskQueue { TaskQueue(name: name, broker: broker) }
}

/// A queue, for those who run the workers.
///
/// ```swift
/// try await tasks.queue("pdf").pause()
/// ```
public struct TaskQueue: Sendable {
    /// The name of the queue.
    public let name: String
    private let broker: any Broker

    init(name: String, broker: any Broker) {
        self.name = name
        self.broker = broker
    }

    /// How many messages it has.
    public func depth() async throws -> QueueDepth { try await broker.depth(of: name) }

    /// Drops all messages that no worker holds, and returns how many there were.
    @discardableResult
    public func purge() async throws -> Int { try await broker.purge(name) }

    /// Stops handing it out to all workers; what runs goes on, and sending too.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`.
    public func pause() async throws { try await pausing.pause(name) }

    /// Hands it out again.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`.
    public func resume() async throws { try await pausing.resume(name) }

    /// Whether it is paused; on a broker that cannot pause it never is.
    public func isPaused() async throws -> Bool {
        guard let broker = broker as? any PausingBroker else { return false }
        return try await broker.pausedQueues().contains(name)
    }

    private var pausing: any PausingBroker {
        get throws(TaskError) {
            guard let broker = broker as? any PausingBroker else {
                throw TaskError.missing("paused queues", of: broker, "PausingBroker")
            }
            return broker
        }
    }
}
