/// Thrown by a task to refuse its message (Celery's `Reject`).
///
/// With `requeue` another worker may have it at once, and no attempt is counted; a task that always does this comes
/// again for ever, so ``Snooze`` is mostly what is meant. Otherwise it goes to the dead letters with the reason
/// `rejected`, and ends in the state `REJECTED`: what waits for it fails. In Celery it would wait for ever.
public struct Reject: Error, Sendable {
    /// Why.
    public var reason: String
    /// Whether it goes back to its queue.
    public var requeue: Bool

    /// Makes a refusal; by default for good.
    public init(reason: String, requeue: Bool = false) {
        self.reason = reason
        self.requeue = requeue
    }
}
