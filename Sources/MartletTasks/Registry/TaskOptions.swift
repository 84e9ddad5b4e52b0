/// What a task says about itself: known to the caller, who sends accordingly, and to the worker, who runs accordingly.
///
/// Each has the name of Celery's task attribute where there is one.
public struct TaskOptions: Sendable, Hashable {
    /// The queue it is sent to; `nil` is the client's default queue.
    public var queue: String?
    /// How urgent it is; `nil` is that of the task that sends it if the client inherits it, and else 0.
    public var priority: TaskPriority?
    /// When a failed run is tried again.
    public var retry: RetryPolicy
    /// The errors that are a normal end of the task: it fails without a retry and without an error in the log
    /// (Celery's `throws`).
    public var expectedErrors: ErrorTypes
    /// The time a run may take; then it ends with `TimeLimitExceeded`.
    ///
    /// In a pool of processes its process is killed; elsewhere it is cancelled, and given up if it does not end.
    public var timeLimit: Duration?
    /// The time after which a run is cancelled and may still clean up; it fails with `SoftTimeLimitExceeded`.
    public var softTimeLimit: Duration?
    /// The time after sending after which it is not run any more.
    public var expires: Duration?
    /// What happens when a worker dies in the middle of it.
    public var delivery: Delivery
    /// How often each worker may start it.
    public var rateLimit: RateLimit?
    /// How often and how many at once all workers together may run it, as a whole or by key.
    public var limits: [TaskLimit]
    /// When it is not sent because the same one is already there.
    public var unique: Uniqueness?
    /// Whether its result is not stored.
    public var ignoresResult: Bool
    /// Whether its error is stored even if its result is not (Celery's `store_errors_even_if_ignored`).
    public var storesErrorsEvenIfIgnored: Bool
    /// Whether the state `STARTED` is stored when it starts.
    public var tracksStarted: Bool
    /// How long its result is kept; `nil` leaves it to the result backend, whose default is one day.
    public var resultExpires: Duration?
    /// Whether its result names the tasks that it has sent and that followed it (Celery's `trail`).
    public var trail: Bool
    /// A name for display worked out of its arguments, such as `"invoice {invoice}"` (Celery's `shadow_name`).
    ///
    /// A name in braces stands for the argument; a call may have a name of its own.
    public var shadow: String?

    /// The format of its messages, such as `.msgpack`; `nil` is the client's, which is JSON by default.
    public var serializer: SerializerName?
    /// How the bodies of its messages are compressed, such as `.zstd`; `nil` is what the client says, by default not.
    public var compression: CompressionName?

    /// Makes options; by default no retry, no limits, and delivery at least once.
    public init(
        queue: String? = nil,
        priority: TaskPriority? = nil,
        retry: RetryPolicy = .none,
        expectedErrors: ErrorTypes = [],
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        expires: Duration? = nil,
        delivery: Delivery = .atLeastOnce(),
        rateLimit: RateLimit? = nil,
        limits: [TaskLimit] = [],
        unique: Uniqueness? = nil,
        ignoresResult: Bool = false,
        storesErrorsEvenIfIgnored: Bool = false,
        tracksStarted: Bool = false,
        resultExpires: Duration? = nil,
        trail: Bool = true,
        shadow: String? = nil,
        serializer: SerializerName? = nil,
        compression: CompressionName? = nil
    ) {
        self.queue = queue
        self.priority = priority
        self.retry = retry
        self.expectedErrors = expectedErrors
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.expires = expires
        self.delivery = delivery
        self.rateLimit = rateLimit
        self.limits = limits
        self.unique = unique
        self.ignoresResult = ignoresResult
        self.storesErrorsEvenIfIgnored = storesErrorsEvenIfIgnored
        self.tracksStarted = tracksStarted
        self.resultExpires = resultExpires
        self.trail = trail
        self.shadow = shadow
        self.serializer = serializer
        self.compression = compression
    }

    /// What a call of the task carries on the wire.
    var callOptions: CallOptions {
        var options = CallOptions()
        options.queue = queue
        options.priority = priority?.rawValue
        options.timeLimit = .init(hard: timeLimit?.inSeconds, soft: softTimeLimit?.inSeconds)
        options.expiresAfter = expires?.inSeconds
        options.serializer = serializer
        options.compression = compression
        if ignoresResult { options.ignoresResult = true }
        return options
    }
}
