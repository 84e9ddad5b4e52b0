public import Logging
public import MartletTasks
import Synchronization

/// Everything tasks need in a test: a broker and results in memory, a worker, and a clock that the test moves.
///
/// ```swift
/// let bench = TaskBench(registry)
/// let result = try await bench.client.enqueue(BillingTasks.renderPDF(invoice: 7), countdown: .seconds(60))
/// try await bench.advance(by: .seconds(60))
/// #expect(try await result.value() == url)
/// ```
///
/// Nothing runs but in ``runUntilIdle()`` and ``advance(by:)``, one step after the other, so a test sees the same every
/// time. No time passes: a task that sleeps on ``clock`` goes on when that is moved.
public final class TaskBench: Sendable {
    /// Sends tasks to the worker.
    public let client: TaskClient
    /// Where they are sent; it has the faults the bench was made with.
    public let broker: FaultyBroker
    /// The clock all go by.
    public let clock: VirtualClock
    /// The worker.
    public let worker: Worker

    private struct State {
        var running: Task<Void, Never>?
        var failure: (any Error)?
    }

    private let executor: BenchExecutor
    private let state = Mutex(State())

    /// How long a task may wait for what the bench does not see, such as a database, before the bench goes on.
    private static let patience = 1.0

    /// Makes a bench; the worker starts when it is first needed.
    ///
    /// - Parameters:
    ///   - registry: The tasks.
    ///   - options: How the worker works.
    ///   - clientOptions: What the client does when nothing else is said.
    ///   - faults: What goes wrong in the broker.
    ///   - resultFaults: What goes wrong in the result backend.
    ///   - seed: Mixes the steps of what runs at once: the same seed, the same order. `nil` takes them as they come.
    ///   - logger: Where the worker tells what it does; by default nowhere.
    public init(
        _ registry: TaskRegistry,
        options: WorkerOptions = WorkerOptions(),
        clientOptions: TaskClient.Options = TaskClient.Options(),
        faults: [Fault] = [],
        resultFaults: [Fault] = [],
        seed: UInt64? = nil,
        logger: Logger = Logger(label: "martlet.bench") { _ in SwiftLogNoOpLogHandler() }
    ) {
        clock = VirtualClock()
        executor = BenchExecutor(seed: seed)
        broker = FaultyBroker(
            wrapping: MemoryBroker(time: clock.time), faults: faults, seed: seed ?? 0, time: clock.time)
        let results = FaultyResultBackend(
            wrapping: MemoryResultBackend(), faults: resultFaults, seed: seed ?? 0, time: clock.time)
        var clientOptions = clientOptions
        let ids = IDSequence()
        if clientOptions.makeID == nil { clientOptions.makeID = { ids.next() } }
        client = TaskClient(broker: broker, results: results, options: clientOptions, time: clock.time)
        worker = Worker(registry: registry, client: client, options: options, logger: logger)
    }

    /// Makes a bench for a set of tasks.
    public convenience init(_ tasks: some TaskSet) {
        var registry = TaskRegistry()
        registry.register(tasks)
        self.init(registry)
    }

    deinit { state.withLock(\.running)?.cancel() }

    /// Runs all that is due now, and what follows from it, until nothing is left but to wait for the clock.
    ///
    /// - Throws: The error the worker ended with.
    public func runUntilIdle() async throws {
        start()
        let (worker, clock) = (worker, clock)
        await executor.run(patience: Self.patience) {
            clock.sleepingTasks.isSuperset(of: worker.runningIDs)
        }
        if let failure = state.withLock(\.failure) { throw failure }
    }

    /// Moves the clock, and runs all that becomes due on the way, each at its moment.
    public func advance(by duration: Duration) async throws {
        let end = clock.now.advanced(by: duration)
        try await runUntilIdle()
        while let next = clock.nextDeadline, next <= end {
            clock.advance(by: max(.zero, clock.now.duration(to: next)))
            try await runUntilIdle()
        }
        clock.advance(by: clock.now.duration(to: end))
        try await runUntilIdle()
    }

    private func start() {
        state.withLock { state in
            guard state.running == nil else { return }
            let (worker, executor) = (worker, executor)
            state.running = Task(executorPreference: executor) { [weak self] in
                do {
                    try await WorkerExecutor.$current.withValue(executor) { try await worker.run() }
                } catch {
                    self?.state.withLock { $0.failure = error }
                }
            }
        }
    }
}

/// Ids in order, in the shape of a UUID.
private final class IDSequence: Sendable {
    private let last = Mutex(0)

    func next() -> String {
        let number = last.withLock { last in
            last += 1
            return last
        }
        let digits = String(number, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}
