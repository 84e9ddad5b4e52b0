public import Metrics
public import Tracing

extension TaskClient {
    /// What a client does when nothing else is said.
    public struct Options: Sendable {
        /// The queue of tasks that name none.
        public var defaultQueue: String
        /// The largest message in bytes; a larger one is refused.
        public var messageSizeLimit: Int
        /// How long sending may take, all attempts together; `nil` waits as long as the broker does.
        public var publishTimeout: Duration?
        /// How often sending is tried again when the broker fails.
        public var publishRetry: PublishRetry
        /// The priority of tasks that have none (Celery's `task_default_priority`).
        public var defaultPriority: TaskPriority?
        /// Whether what a running task sends has that task's priority, unless it has its own (Celery's
        /// `task_inherit_parent_priority`).
        public var inheritsPriority: Bool
        /// Whether the state `PENDING` is stored before sending.
        ///
        /// Then ``AsyncResult/isKnown()`` can tell a task that waits from an id nobody has sent. It costs one more write
        /// for each call.
        public var tracksQueued: Bool
        /// How many characters a message's arguments have as text, for logs and lists, at most (Celery's
        /// `argsrepr_maxsize`); by default 1024.
        public var argumentsTextLimit = 1024
        /// The format of messages whose task and call name none (Celery's `task_serializer`); by default JSON.
        public var serializer = SerializerName.json
        /// How messages are compressed whose task and call name nothing (Celery's `task_compression`); by default not.
        public var compression: CompressionName?
        /// The serializers and compressors that it and its workers know; by default JSON and MessagePack.
        public var content = ContentRegistry()
        /// Code around all publishing; the first one is the outermost.
        public var middleware: [any TaskMiddleware]
        /// Where the client's metrics go; `nil` is what `MetricsSystem` has when the client is made.
        public var metrics: (any MetricsFactory)?
        /// What makes the spans of publishing; `nil` is what `InstrumentationSystem` has at that moment.
        public var tracer: (any Tracer)?
        /// Where random numbers come from, for it and for its workers; by default the system.
        public var random = RandomSource.system
        /// Makes the ids of tasks; a test makes them predictable.
        package var makeID: (@Sendable () -> String)?

        /// Makes options; by default the queue `celery`, 16 MiB, and 10 s for sending with Celery's three retries.
        public init(
            defaultQueue: String = TaskProperties.defaultQueue,
            messageSizeLimit: Int = 16 << 20,
            publishTimeout: Duration? = .seconds(10),
            publishRetry: PublishRetry = PublishRetry(),
            defaultPriority: TaskPriority? = nil,
            inheritsPriority: Bool = false,
            tracksQueued: Bool = false,
            middleware: [any TaskMiddleware] = [],
            metrics: (any MetricsFactory)? = nil,
            tracer: (any Tracer)? = nil
        ) {
            self.defaultQueue = defaultQueue
            self.messageSizeLimit = messageSizeLimit
            self.publishTimeout = publishTimeout
            self.publishRetry = publishRetry
            self.defaultPriority = defaultPriority
            self.inheritsPriority = inheritsPriority
            self.tracksQueued = tracksQueued
            self.middleware = middleware
            self.metrics = metrics
            self.tracer = tracer
        }
    }
}

/// How often sending is tried again when the broker fails (Celery's `retry_policy`).
///
/// Trying again does no harm: a broker ignores a message whose id it has.
public struct PublishRetry: Sendable, Hashable {
    /// How many times at most.
    public var maxRetries: Int
    /// The delay before the first retry.
    public var start: Duration
    /// What is added to the delay for each further retry.
    public var step: Duration
    /// The longest delay.
    public var max: Duration

    /// Makes a policy; by default Celery's: 3 retries, at once, after 0.2 s and after 0.4 s.
    public init(
        maxRetries: Int = 3, start: Duration = .zero, step: Duration = .milliseconds(200), max: Duration = .seconds(1)
    ) {
        self.maxRetries = maxRetries
        self.start = start
        self.step = step
        self.max = max
    }

    /// The first failure is final.
    public static let none = PublishRetry(maxRetries: 0)

    /// The delay before the next attempt after so many retries, or `nil` when there is none.
    func delay(afterRetries retries: Int) -> Duration? {
        retries < maxRetries ? Swift.min(max, start + step * retries) : nil
    }
}
