public import Logging
public import ServiceLifecycle
import Synchronization

/// Runs tasks: takes messages from the broker, and says what became of them.
///
/// A delivery goes one way, each step in a file of its name: ``Broker/receive(from:limit:lease:)`` → decode → admit →
/// run → classify → report. Messages are fetched only into free slots. When asked to stop, the worker stops fetching,
/// gives back what it has not started, lets running tasks go on for `drainTimeout`, then cancels and hands them back.
public final class Worker: Service {
    private let registry: TaskRegistry
    let client: TaskClient
    let options: WorkerOptions
    let logger: Logger
    let slots: Slots
    let stopping = Signal<Void>()
    let running = Mutex<[Receipt: Signal<Interruption>]>([:])
    private let counts = Mutex(WorkerReport())

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
        slots = Slots(options.concurrency)
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
    /// - Throws: ``TaskError`` with code `duplicateTask`, `misconfigured`, or `brokerFailed` when the broker has failed
    ///   too often in a row.
    public func run() async throws {
        try registry.validate()
        try options.validate()
        logger.info("worker ready", metadata: ["queues": "\(queues)", "concurrency": "\(options.concurrency)"])
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { keepers in
                keepers.addTask { await self.renewLeases() }
                keepers.addTask { await self.endDrain() }
                try await self.consume()
                keepers.cancelAll()
            }
        } onGracefulShutdown: {
            self.stop()
        }
        logger.info("worker stopped", metadata: ["done": "\(report.done)", "failed": "\(report.failed)"])
    }
}

// MARK: - Consuming

extension Worker {
    private func consume() async throws {
        let queues = queues
        try await withThrowingDiscardingTaskGroup { pool in
            var failures = 0
            while stopping.current == nil, !Task.isCancelled {
                let free = await slots.waitForFree()
                guard free > 0 else { break }
                do {
                    let batch = try await receive(from: queues, limit: free)
                    failures = 0
                    for received in batch { start(received, in: &pool) }
                } catch is CancellationError {
                    break
                } catch {
                    failures += 1
                    try await recover(from: error, failures: failures)
                }
            }
        }
    }

    /// Runs the delivery in the pool, or gives it back at once when the worker stops.
    private func start(_ received: ReceivedMessage, in pool: inout ThrowingDiscardingTaskGroup<any Error>) {
        slots.take()
        let interruption = Signal<Interruption>()
        running.withLock { $0[received.receipt] = interruption }
        if stopping.current != nil { interruption.set(.shutdown) }
        pool.addTask {
            await self.process(received, interruption: interruption)
            _ = self.running.withLock { $0.removeValue(forKey: received.receipt) }
            self.slots.giveBack()
        }
    }

    /// Receives until there is something or the worker stops; what is received while stopping is not lost.
    private func receive(from queues: [String], limit: Int) async throws -> [ReceivedMessage] {
        let (broker, lease, stopping) = (client.broker, options.lease, stopping)
        return try await withThrowingTaskGroup(of: [ReceivedMessage].self) { group in
            group.addTask { try await broker.receive(from: queues, limit: limit, lease: lease) }
            group.addTask {
                _ = await stopping.wait()
                return []
            }
            var received = try await group.next() ?? []
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .success(let more) = result { received += more }
            }
            return received
        }
    }

    private func recover(from error: any Error, failures: Int) async throws {
        logger.error("receiving failed", metadata: ["error": "\(error)", "failures": "\(failures)"])
        guard failures < options.maxBrokerFailures else {
            throw TaskError(
                .brokerFailed, "the broker failed \(failures) times in a row; the worker ends. Last error: \(error)",
                cause: error)
        }
        try? await client.time.sleep(for: .milliseconds(100 * (1 << min(failures, 6))))
    }
}

// MARK: - One delivery

extension Worker {
    /// Takes one delivery through all steps.
    private func process(_ received: ReceivedMessage, interruption: Signal<Interruption>) async {
        var job: Job?
        do {
            let outcome = try await outcome(of: received, interruption: interruption, job: &job)
            log(outcome, of: received, job)
            let counted = try await reporting.report(outcome, of: received, job)
            counts.withLock { $0 = $0 + counted }
        } catch {
            // The lease is not renewed any more, so the broker will deliver the message again.
            logger.error(
                "a delivery could not be reported and will be repeated",
                metadata: ["task_id": "\(received.message.id)", "error": "\(error)"])
        }
    }

    private func outcome(
        of received: ReceivedMessage, interruption: Signal<Interruption>, job: inout Job?
    ) async throws -> Outcome {
        if interruption.current == .shutdown { return .handedBack }
        switch Decoding(registry: registry).decode(received) {
        case .end(let outcome): return outcome
        case .next(let decoded): job = decoded
        }
        guard let decoded = job else { return .handedBack }
        if case .end(let outcome) = try await Admission(results: client.results, time: client.time).admit(decoded) {
            return outcome
        }
        if decoded.acknowledgesEarly {
            try await client.broker.settle([Settlement(received.receipt, .acknowledge)])
        }
        let running = Running(client: client, logger: logger, time: client.time)
        let result = await running.run(decoded, interruption: interruption)
        var generator = SystemRandomNumberGenerator()
        return Classification().classify(
            result, of: decoded, interruption: interruption.current, using: &generator)
    }

    private var reporting: Reporting {
        Reporting(
            broker: client.broker, results: client.results, time: client.time,
            followUps: FollowUps(
                results: client.results, time: client.time, defaultQueue: client.options.defaultQueue))
    }

    private func log(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?) {
        var metadata: Logger.Metadata = ["task_id": "\(received.message.id)"]
        if let job { metadata["task"] = "\(job.message.task)" }
        if let id = job?.message.headers.requestID { metadata["request_id"] = "\(id)" }
        switch outcome {
        case .succeeded: logger.info("task succeeded", metadata: metadata)
        case .alreadySucceeded: logger.info("task had succeeded already", metadata: metadata)
        case .expired: logger.info("task expired", metadata: metadata)
        case .handedBack: logger.info("task handed back", metadata: metadata)
        case .retrying(let failure, let delay):
            metadata["error"] = "\(failure)"
            metadata["delay"] = "\(delay)"
            logger.warning("task will be retried", metadata: metadata)
        case .failed(let failure, let reason):
            metadata["error"] = "\(failure)"
            metadata["reason"] = "\(reason)"
            logger.error("task failed", metadata: metadata)
        }
    }
}

// MARK: - Keepers

extension Worker {
    /// Renews the leases of all that is running, at a third of the lease.
    private func renewLeases() async {
        while (try? await client.time.sleep(for: options.lease / 3)) != nil {
            let receipts = running.withLock { Array($0.keys) }
            guard !receipts.isEmpty else { continue }
            do {
                let lost = try await client.broker.extendLease(of: receipts, by: options.lease)
                let stillRunning = running.withLock { running in lost.filter { running[$0] != nil } }
                for receipt in stillRunning {
                    logger.debug("lease lost", metadata: ["task_id": "\(receipt.id)"])
                }
            } catch {
                logger.error("leases could not be renewed", metadata: ["error": "\(error)"])
            }
        }
    }
}
