/// What a task says about itself: known to the caller, who sends accordingly, and to the worker, who runs accordingly.
public struct TaskOptions: Sendable, Hashable {
    /// The queue it is sent to; `nil` is the client's default queue.
    public var queue: String?
    /// How urgent it is, from 0 (default) to 9.
    public var priority: Int?
    /// When a failed run is tried again.
    public var retry: RetryPolicy
    /// The time a run may take; then it is cancelled and fails with `TimeLimitExceeded`.
    public var timeLimit: Duration?
    /// The time after which a run is cancelled and may still clean up; it fails with `SoftTimeLimitExceeded`.
    public var softTimeLimit: Duration?
    /// What happens when a worker dies in the middle of it.
    public var delivery: Delivery
    /// Whether its result is not stored.
    public var ignoresResult: Bool

    /// Makes options; by default no retry, no limits, and delivery at least once.
    public init(
        queue: String? = nil,
        priority: Int? = nil,
        retry: RetryPolicy = .none,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        delivery: Delivery = .atLeastOnce(),
        ignoresResult: Bool = false
    ) {
        self.queue = queue
        self.priority = priority
        self.retry = retry
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.delivery = delivery
        self.ignoresResult = ignoresResult
    }

    /// What a call of the task carries on the wire.
    var callOptions: CallOptions {
        var options = CallOptions()
        options.queue = queue
        options.priority = priority
        options.timeLimit = .init(hard: timeLimit?.inSeconds, soft: softTimeLimit?.inSeconds)
        if ignoresResult { options.ignoresResult = true }
        return options
    }
}

/// What is promised when a worker dies in the middle of a task.
public struct Delivery: Sendable, Hashable {
    /// How often the task may be started; 0 acknowledges it before it starts.
    package let maxAttempts: Int

    /// The task is acknowledged when it has finished, and started again when its worker died.
    ///
    /// In Celery's words `acks_late` and `reject_on_worker_lost`. After `maxAttempts` crashes it goes to the dead
    /// letters.
    public static func atLeastOnce(maxAttempts: Int = 3) -> Delivery { Delivery(maxAttempts: max(1, maxAttempts)) }

    /// The task is acknowledged before it starts and lost when its worker dies (Celery's default).
    public static let atMostOnce = Delivery(maxAttempts: 0)

    package var acknowledgesEarly: Bool { maxAttempts == 0 }
}
