/// A broker that keeps how far a delivery is, for the next one to go on from.
public protocol CheckpointingBroker: Broker {
    /// Keeps a checkpoint with a message as long as that exists: over redelivery, hand-back and retry.
    ///
    /// Workers call it for ``TaskContext/checkpoint(_:)``. It comes back in ``ReceivedMessage/checkpoint``. The deliveries
    /// before it count no more, since the task has got further: the next one has attempt 1.
    ///
    /// - Returns: Whether the lease was still held; if not, nothing is kept and another worker is at it.
    func saveCheckpoint(_ checkpoint: JSONValue, for receipt: Receipt) async throws -> Bool
}
