public import Logging
public import MartletTasks
import Synchronization

/// Everything tasks need in a test: a broker and results in memory, workers, and a clock that the test moves.
///
/// ```swift
/// let bench = TaskBench(registry)
/// let result = try await bench.client.enqueue(BillingTasks.renderPDF(invoice: 7), countdown: .seconds(60))
/// try await bench.advance(by: .seconds(60))
/// #expect(try await result.value() == url)
/// ```
///
/// Nothing runs but in ``runUntilIdle()`` and ``advance(by:)``, one step after the other, so a test sees the same every
/// time. No time passes: a task that sleeps on ``clock`` goes on when that is moved. What happened is in ``trace``.
public final class TaskBench: Sendable {
    /// Sends tasks to the workers.
    public let client: TaskClient
    /// Where they are sent; it has the faults the bench was made with.
    public let broker: FaultyBroker
    /// The clock all go by.
    public let clock: VirtualClock

    struct State {
        var members: [BenchWorker] = []
        var failure: (any Error)?
    }

    let executor: BenchExecutor
    let recorder: TraceRecorder
    let state: Mutex<State>
    /// Makes a worker for a place in the bench.
    let makeWorker: @Sendable () -> Worker

    /// How long a task may wait for what the bench does not see, such as a database, before the bench goes on.
    private static let patience = 1.0

    /// Makes a bench; its workers start when they are first needed.
    ///
    /// - Parameters:
    ///   - registry: The tasks.
    ///   - options: How the workers work.
    ///   - workers: How many there are, one at least; each is like a process of its own, see ``crash(_:afterSteps:)``.
    ///   - clientOptions: What the client does when nothing else is said; its random numbers follow from the seed.
    ///   - faults: What goes wrong in the broker.
    ///   - resultFaults: What goes wrong in the result backend.
    ///   - seed: Mixes the steps of what runs at once: the same seed, the same ``trace``. `nil` takes them as they come.
    ///   - logger: Where the workers tell what they do; by default nowhere.
    public init(
        _ registry: TaskRegistry,
        options: WorkerOptions = WorkerOptions(),
        workers: Int = 1,
        clientOptions: TaskClient.Options = TaskClient.Options(),
        faults: [Fault] = [],
        resultFaults: [Fault] = [],
        seed: UInt64? = nil,
        logger: Logger = Logger(label: "martlet.bench") { _ in SwiftLogNoOpLogHandler() }
    ) {
        let clock = VirtualClock()
        let recorder = TraceRecorder(clock: clock)
        let broker = FaultyBroker(
            wrapping: MemoryBroker(time: clock.time), faults: faults, seed: seed ?? 0, time: clock.time, trace: recorder
        )
        let results = FaultyResultBackend(
            wrapping: MemoryResultBackend(time: clock.time), faults: resultFaults, seed: seed ?? 0, time: clock.time,
            trace: recorder)
        var clientOptions = clientOptions
        let ids = IDSequence()
        if clientOptions.makeID == nil { clientOptions.makeID = { ids.next() } }
        clientOptions.random = RandomSource(SeededGenerator(seed: seed ?? 0))
        let client = TaskClient(broker: broker, results: results, options: clientOptions, time: clock.time)
        let traced = recorder.tracing(registry)
        let executor = BenchExecutor(seed: seed) { recorder.note(.crashed, worker: $0) }
        let makeWorker = { @Sendable in Worker(registry: traced, client: client, options: options, logger: logger) }
        let members = (0..<max(1, workers)).map { BenchWorker(worker: makeWorker(), lane: executor.lane(worker: $0)) }
        self.clock = clock
        self.recorder = recorder
        self.broker = broker
        self.client = client
        self.executor = executor
        self.makeWorker = makeWorker
        state = Mutex(State(members: members))
    }

    /// Makes a bench for a set of tasks.
    public convenience init(_ tasks: some TaskSet) {
        var registry = TaskRegistry()
        registry.register(tasks)
        self.init(registry)
    }

    deinit {
        for member in state.withLock(\.members) { member.running?.cancel() }
    }

    /// The first worker.
    public var worker: Worker { workers[0] }

    /// The workers; in the place of one that was started again stands the new one.
    public var workers: [Worker] { state.withLock { $0.members.map(\.worker) } }

    /// What has happened so far.
    public var trace: TaskTrace { recorder.trace }

    /// Runs all that is due now, and what follows from it, until nothing is left but to wait for the clock.
    ///
    /// - Throws: The error a worker ended with.
    public func runUntilIdle() async throws { try await run { false } }

    /// Moves the clock, and runs all that becomes due on the way, each at its moment.
    public func advance(by duration: Duration) async throws {
        let clock = clock
        let end = clock.now.advanced(by: duration)
        try await run {
            guard clock.now < end || clock.nextDeadline.map({ $0 <= end }) ?? false else { return false }
            clock.advance(by: max(.zero, clock.now.duration(to: min(end, clock.nextDeadline ?? end))))
            return true
        }
    }

    /// Runs what there is, and goes on as long as `moveOn` makes more due.
    private func run(moveOn: @escaping @Sendable () -> Bool) async throws {
        start()
        let clock = clock
        await executor.run(patience: Self.patience) { [self] in
            let ids = workersAlive.flatMap(\.runningIDs)
            return ids.isEmpty || clock.sleepingTasks.isSuperset(of: ids)
        } moveOn: { [self] in
            state.withLock { $0.failure == nil } && moveOn()
        }
        if let failure = state.withLock(\.failure) { throw failure }
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
