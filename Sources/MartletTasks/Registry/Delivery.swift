/// What is promised when a worker dies in the middle of a task.
public struct Delivery: Sendable, Hashable {
    /// How often the task may be started; 0 acknowledges it before it starts.
    package let maxAttempts: Int

    /// The task is acknowledged when it has finished, and started again when its worker died.
    ///
    /// In Celery's words `acks_late` and `reject_on_worker_lost`. After `maxAttempts` crashes it goes to the dead
    /// letters.
    ///
    /// In a pool without processes a crash counts for all that the worker was at. So a last attempt after crashes is
    /// started only when no other one has been started in the minute before and still runs; the others go back to the
    /// broker for a second. What is no more than the neighbour of a task that kills its worker does not die with it.
    /// With `maxAttempts: 1` there is no such second chance.
    public static func atLeastOnce(maxAttempts: Int = 3) -> Delivery { Delivery(maxAttempts: max(1, maxAttempts)) }

    /// The task is acknowledged before it starts and lost when its worker dies (Celery's default).
    ///
    /// When its worker dies its state stays what it was; when its worker stops and cancels it, it ends as `FAILURE` with
    /// `WorkerLostError`.
    public static let atMostOnce = Delivery(maxAttempts: 0)

    package var acknowledgesEarly: Bool { maxAttempts == 0 }
}
