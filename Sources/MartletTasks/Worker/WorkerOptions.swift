public import Metrics
public import Tracing

/// How a worker works.
public struct WorkerOptions: Sendable {
    /// The queues it serves (Celery's `--queues`); `nil` is the client's default queue and those of all registered tasks.
    public var queues: [String]?
    /// Queues it does not serve (Celery's `--exclude-queues`).
    public var excludedQueues: Set<String>
    /// Whether stored results tell arguments, queue and worker too (Celery's `result_extended`); by default not.
    public var extendsResults = false
    /// The formats of messages it runs (Celery's `accept_content`); by default JSON and nothing else.
    ///
    /// A message of another format becomes a dead letter that says so. Each must be in ``TaskClient/Options/content``.
    public var acceptContent: [SerializerName] = [.json]
    /// How often each worker may start tasks that have no rate limit of their own (Celery's `task_default_rate_limit`).
    public var defaultRateLimit: RateLimit?
    /// Whether this worker keeps no rate limit, not even a task's own (Celery's `worker_disable_rate_limits`).
    ///
    /// Limits over all workers, ``TaskOptions/limits``, stay.
    public var disablesRateLimits = false
    /// How long errors are kept of tasks that say nothing of their results (Celery's `result_failure_expires`); `nil` is
    /// as long as results.
    public var failureResultExpires: Duration?
    /// How storing a result is tried again when the result backend fails; by default not at all.
    ///
    /// Celery's `result_backend_always_retry` is `.exponential(max: nil, base: .milliseconds(10), cap: .seconds(10))`.
    /// Without it the delivery comes again when its lease is over. A store that is one with the broker needs none.
    public var resultRetry = RetryPolicy.none
    /// The worker's name (Celery's `--hostname`); `celery@` and the machine's name by default.
    public var node = NodeName.default
    /// Where tasks run, and how many at once.
    public var pool: WorkerPool
    /// Grows and shrinks a pool whose concurrency is autoscaled (Celery's `worker_autoscaler`).
    public var autoscaler: any Autoscaler = LoadAutoscaler()
    /// How many messages are fetched before there is room to run them.
    public var prefetch: Prefetch
    /// The time limit of tasks that have none of their own (Celery's `--time-limit`).
    public var timeLimit: Duration?
    /// The soft time limit of tasks that have none of their own (Celery's `--soft-time-limit`).
    public var softTimeLimit: Duration?
    /// How long a message is leased; renewed at a third of it while the task runs.
    public var lease: Duration
    /// How long running tasks may go on after a warm stop; then they are cancelled and handed back.
    ///
    /// `nil` waits as long as they take, as Celery does.
    public var drainTimeout: Duration?
    /// How long running tasks may go on after a soft stop (Celery's `worker_soft_shutdown_timeout`).
    public var softShutdownTimeout: Duration
    /// How often in a row the broker may fail before the worker gives up and ends with an error.
    public var maxBrokerFailures: Int
    /// How long the consume loop may fail to come round before readiness turns red; after twice that, `run()` throws.
    public var watchdogTimeout: Duration
    /// How often expired results, dead letters and locks are dropped; `nil` for never.
    public var cleanUpInterval: Duration?
    /// Code around all runs and after the end of all deliveries; the first one is the outermost.
    public var middleware: [any TaskMiddleware]
    /// Where the worker's metrics go; `nil` is what `MetricsSystem` has when the worker is made.
    public var metrics: (any MetricsFactory)?
    /// How often the queues are measured for the metrics; `nil` for never.
    public var metricsInterval: Duration?
    /// What makes the spans of runs; `nil` is what `InstrumentationSystem` has at that moment.
    public var tracer: (any Tracer)?

    /// Makes options; by default 8 tasks at once, no prefetch, leases of 30 s, a drain of at most 30 s, a soft shutdown of
    /// 10 s, a watchdog of 60 s, a clean-up every hour and a look at the queues every 15 s where metrics are taken.
    public init(
        queues: [String]? = nil,
        excludedQueues: Set<String> = [],
        pool: WorkerPool = .concurrent(),
        prefetch: Prefetch = .none,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        lease: Duration = .seconds(30),
        drainTimeout: Duration? = .seconds(30),
        softShutdownTimeout: Duration = .seconds(10),
        maxBrokerFailures: Int = 10,
        watchdogTimeout: Duration = .seconds(60),
        cleanUpInterval: Duration? = .seconds(3600),
        middleware: [any TaskMiddleware] = [],
        metrics: (any MetricsFactory)? = nil,
        metricsInterval: Duration? = .seconds(15),
        tracer: (any Tracer)? = nil
    ) {
        self.queues = queues
        self.excludedQueues = excludedQueues
        self.pool = pool
        self.prefetch = prefetch
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.lease = lease
        self.drainTimeout = drainTimeout
        self.softShutdownTimeout = softShutdownTimeout
        self.maxBrokerFailures = maxBrokerFailures
        self.watchdogTimeout = watchdogTimeout
        self.cleanUpInterval = cleanUpInterval
        self.middleware = middleware
        self.metrics = metrics
        self.metricsInterval = metricsInterval
        self.tracer = tracer
    }

    func validate() throws(TaskError) {
        try node.validate()
        try pool.validate()
        try prefetch.validate()
        try defaultRateLimit?.validate()
        guard lease >= .milliseconds(30) else {
            throw TaskError(.misconfigured, "a lease of \(lease) cannot be renewed in time; use at least 30 ms")
        }
        if let queues, queues.isEmpty {
            throw TaskError(.misconfigured, "a worker without queues receives nothing; name one or leave it out")
        }
        for (name, value) in [
            ("time limit", timeLimit), ("soft time limit", softTimeLimit), ("watchdog time-out", watchdogTimeout),
            ("clean-up interval", cleanUpInterval), ("life of failures", failureResultExpires),
            ("metrics interval", metricsInterval),
        ] {
            if let value, value <= .zero {
                throw TaskError(.misconfigured, "a \(name) of \(value) cannot be kept; use more than zero")
            }
        }
        for (name, value) in [("drain", drainTimeout), ("soft shutdown", softShutdownTimeout)] {
            if let value, value < .zero {
                throw TaskError(.misconfigured, "a \(name) time-out of \(value) is less than zero; use zero for none")
            }
        }
        if let timeLimit, let softTimeLimit, softTimeLimit >= timeLimit {
            throw TaskError(
                .misconfigured,
                "the soft time limit of \(softTimeLimit) is never reached before the time limit of \(timeLimit); make "
                    + "it shorter")
        }
        guard maxBrokerFailures > 0 else {
            throw TaskError(
                .misconfigured, "a worker that may fail \(maxBrokerFailures) times gives up at once; use at least 1")
        }
    }
}
