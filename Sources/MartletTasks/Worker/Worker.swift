public import Logging
public import ServiceLifecycle
import Synchronization

/// Runs tasks: takes messages from the broker, and says what became of them.
///
/// A delivery goes one way, each step in a file of its name: ``Broker/receive(from:limit:lease:)`` → decode → admit →
/// run → classify → report. Messages are fetched only into free slots, unless a prefetch is set. When asked to stop, the
/// worker stops fetching, gives back what it has not started, and ends what runs as the ``ShutdownStage`` says.
public final class Worker: Service {
    let registry: TaskRegistry
    let client: TaskClient
    let options: WorkerOptions
    let logger: Logger
    let pool: any TaskPool
    let middleware: MiddlewareStack
    let metrics: WorkerMetrics?
    /// What the bodies of messages may be.
    let content: ContentRegistry
    let slots: Slots
    let reports = ReportsUnderWay()
    let held = HeldDeliveries()
    let lastAttempts = Mutex(LastAttempts())
    let counts = Mutex(WorkerReport())
    let watched = Mutex(Watched())
    let stage = Mutex<ShutdownStage?>(nil)
    let stopping = Signal<Void>()
    let softening = Signal<Void>()
    let cancelling = Signal<Void>()
    let end = Signal<Result<Void, any Error>>()
    let admission: Admission
    let reporting: Reporting
    let stuck = Mutex(0)

    /// Makes a worker; it begins with ``run()``.
    ///
    /// - Parameters:
    ///   - registry: The tasks it knows.
    ///   - client: Where messages come from and results go to; what running tasks send with.
    ///   - options: How it works.
    ///   - logger: Where it tells what it does.
    public convenience init(
        registry: TaskRegistry,
        client: TaskClient,
        options: WorkerOptions = WorkerOptions(),
        logger: Logger = Logger(label: "martlet.worker")
    ) {
        let running = Running(client: client, logger: logger, time: client.time, options: options)
        let pool = options.pool.pool(registry: registry, running: running)
        self.init(registry: registry, client: client, options: options, logger: logger, pool: pool)
    }

    init(registry: TaskRegistry, client: TaskClient, options: WorkerOptions, logger: Logger, pool: any TaskPool) {
        self.registry = registry.withDefaults(of: options)
        self.client = client
        self.options = options
        self.logger = logger
        self.pool = pool
        middleware = MiddlewareStack(options.middleware)
        metrics = WorkerMetrics(options.metrics)
        content = client.options.content.restricted(to: options.acceptContent)
        slots = Slots(options.pool.concurrency.minimum, prefetch: options.prefetch.count)
        let (broker, results, time) = (client.broker, client.results, client.time)
        // Asked once: a cast for each task costs more than the answer is worth.
        let transactional = (broker as? any TransactionalBroker).flatMap { $0.sharesStore(with: results) ? $0 : nil }
        admission = Admission(broker: broker, results: results, time: time, rates: RateLimiter())
        reporting = Reporting(
            broker: broker, results: results, time: time,
            followUps: FollowUps(
                results: results, time: time, defaultQueue: client.options.defaultQueue,
                argumentsTextLimit: client.options.argumentsTextLimit, content: ContentDefaults(client.options)),
            content: content,
            extendsResults: options.extendsResults, node: options.node, failureExpires: options.failureResultExpires,
            resultRetry: options.resultRetry, client: client, transactional: transactional,
            collecting: transactional as? any CollectingBroker)
    }

    /// Its name (``WorkerOptions/node``).
    public var node: String { options.node.description }

    /// What it has done so far.
    public var report: WorkerReport { counts.withLock(\.self) }

    /// Checks the tasks, the options and the queues, as ``run()`` does first.
    ///
    /// - Throws: ``TaskError`` with code `duplicateTask` or `misconfigured`.
    public func validate() throws(TaskError) {
        try options.validate()
        try registry.validate()
        try registry.validate(on: client.broker)
        try registry.validate(content: client.options.content, accepting: options.acceptContent)
        try checkQueues()
    }

    /// Works until it is asked to stop.
    ///
    /// - Throws: ``TaskError`` with code `duplicateTask` or `misconfigured`; `brokerFailed` when the broker has failed too
    ///   often in a row, or the worker has stalled and was given up; `childFailed` when the processes of its pool do
    ///   not start.
    public func run() async throws {
        try validate()
        if let child = PoolChild.current {
            let running = Running(client: client, logger: logger, time: client.time, options: options)
            return await child.serve(registry, running)
        }
        logger.info(
            "worker ready",
            metadata: ["node": "\(node)", "queues": "\(queues)", "concurrency": "\(options.pool.concurrency)"])
        let ending = await workUntilTheEnd()
        await pool.close()
        try ending.get()
        if let failure = pool.failure { throw failure }
        logger.info("worker stopped", metadata: ["done": "\(report.done)", "failed": "\(report.failed)"])
    }

    /// Works and watches over it, and returns how it ended.
    private func workUntilTheEnd() async -> Result<Void, any Error> {
        FreedMemory.keep()
        // Not children of this Swift task: a broker that never returns must not keep `run()` from throwing.
        let work = Task(executorPreference: WorkerExecutor.current) { await self.work() }
        let watch = Task(executorPreference: WorkerExecutor.current) { await self.watch() }
        defer {
            work.cancel()
            watch.cancel()
        }
        return await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await end.value()
            } onGracefulShutdown: {
                self.stop()
            }
        } onCancel: {
            work.cancel()
        }
    }

    /// The loop and those who keep it going.
    private func work() async {
        let queues = queues
        do {
            try await withThrowingTaskGroup(of: Void.self) { keepers in
                keepers.addTask { await self.renewLeases() }
                keepers.addTask { await self.endDrain() }
                keepers.addTask { await self.followRevocations() }
                keepers.addTask { await self.autoscale(queues) }
                keepers.addTask { await self.keepHouse() }
                keepers.addTask { await self.measureQueues(queues) }
                try await self.withReportsUnderWay { try await self.consume(from: queues) }
                keepers.cancelAll()
            }
            end.set(.success(()))
        } catch {
            end.set(.failure(error))
        }
    }
}
