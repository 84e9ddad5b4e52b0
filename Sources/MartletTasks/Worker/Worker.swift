public import Logging
public import ServiceLifecycle
import Synchronization

/// Runs tasks: takes messages from the broker, and says what became of them.
///
/// A delivery goes one way, each step in a file of its name: ``Broker/receive(from:limit:lease:)`` → decode → admit →
/// run → classify → report. Messages are fetched only into free slots. When asked to stop, the worker stops fetching,
/// gives back what it has not started, lets running tasks go on for `drainTimeout`, then cancels and hands them back.
public final class Worker: Service {
    let registry: TaskRegistry
    let client: TaskClient
    let options: WorkerOptions
    let logger: Logger
    let pool: any TaskPool
    let slots: Slots
    let stopping = Signal<Void>()
    let running = Mutex<[Receipt: Signal<Interruption>]>([:])
    let counts = Mutex(WorkerReport())

    /// Makes a worker; it begins with ``run()``.
    ///
    /// - Parameters:
    ///   - registry: The tasks it knows.
    ///   - client: Where messages come from and results go to; what running tasks send with.
    ///   - options: How it works.
    ///   - logger: Where it tells what it does.
    public init(
        registry: TaskRegistry,
        client: TaskClient,
        options: WorkerOptions = WorkerOptions(),
        logger: Logger = Logger(label: "martlet.worker")
    ) {
        self.registry = registry
        self.client = client
        self.options = options
        self.logger = logger
        pool = options.pool.pool(registry: registry, client: client, logger: logger)
        slots = Slots(options.pool.concurrency.maximum)
    }

    /// What it has done so far.
    public var report: WorkerReport { counts.withLock(\.self) }

    /// The queues it serves.
    public var queues: [String] {
        if let queues = options.queues { return queues }
        let own = registry.names.compactMap { registry[$0]?.options.queue }
        return ([client.options.defaultQueue] + Set(own).sorted()).reduce(into: []) { queues, queue in
            if !queues.contains(queue) { queues.append(queue) }
        }
    }

    /// Works until it is asked to stop.
    ///
    /// - Throws: ``TaskError`` with code `duplicateTask`, `misconfigured`, `brokerFailed` when the broker has failed
    ///   too often in a row, or `childFailed` when the processes of its pool do not start.
    public func run() async throws {
        try registry.validate()
        try options.validate()
        if let child = PoolChild.current {
            return await child.serve(registry, Running(client: client, logger: logger, time: client.time))
        }
        logger.info("worker ready", metadata: ["queues": "\(queues)", "concurrency": "\(options.pool.concurrency)"])
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { keepers in
                keepers.addTask { await self.renewLeases() }
                keepers.addTask { await self.endDrain() }
                try await self.consume()
                await self.pool.close()
                keepers.cancelAll()
            }
        } onGracefulShutdown: {
            self.stop()
        }
        if let failure = pool.failure { throw failure }
        logger.info("worker stopped", metadata: ["done": "\(report.done)", "failed": "\(report.failed)"])
    }
}
