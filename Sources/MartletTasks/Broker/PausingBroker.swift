/// A broker whose queues can be paused for all workers at once; it survives restarts.
public protocol PausingBroker: Broker {
    /// Stops handing out messages of a queue; what is held goes on, and publishing too.
    func pause(_ queue: String) async throws

    /// Hands out messages of a queue again; waiting receivers wake.
    func resume(_ queue: String) async throws

    /// The queues that are paused.
    func pausedQueues() async throws -> Set<String>
}
