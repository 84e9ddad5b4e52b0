import Dispatch
import Logging
import MartletTesting
import Synchronization
import Testing

@testable import MartletTasks

/// What a worker asks of its pool, and pools of one's own.
@Suite(.timeLimit(.minutes(1))) struct WorkerPoolTests {
    /// A pool that remembers what the worker has asked of it.
    private final class RecordingPool: TaskPool {
        private let seen = Mutex<(sizes: [Int], closings: Int)>(([], 0))
        let gate: Gate?

        init(gate: Gate? = nil) { self.gate = gate }

        var sizes: [Int] { seen.withLock(\.sizes) }
        var closings: Int { seen.withLock(\.closings) }

        func run(_ job: Job, interruption: Signal<Interruption>) async -> Result<JSONValue, any Error> {
            await gate?.pass()
            return .success(1)
        }
        func resize(to size: Int) { seen.withLock { $0.sizes.append(size) } }
        func close() async { seen.withLock { $0.closings += 1 } }
    }

    private func worker(
        on broker: any Broker, pool: RecordingPool, _ options: WorkerOptions, time: TimeSource = .system
    ) -> Worker {
        var registry = TaskRegistry()
        registry.register("t") { 1 }
        let client = TaskClient(broker: broker, results: MemoryResultBackend(), time: time)
        return Worker(
            registry: registry, client: client, options: options, logger: Logger(label: "test"), pool: pool)
    }

    @Test func `the pool is closed when the worker ends with an error`() async throws {
        let broker = BrokenBroker()
        broker.set(.fails)
        let pool = RecordingPool()
        let worker = worker(on: broker, pool: pool, WorkerOptions(maxBrokerFailures: 1))
        await #expect(throws: TaskError.self) { try await worker.run() }
        #expect(pool.closings == 1)
    }

    @Test func `the pool is closed when the worker stops`() async throws {
        let pool = RecordingPool()
        let worker = worker(on: MemoryBroker(), pool: pool, WorkerOptions())
        worker.stop()
        try await worker.run()
        #expect(pool.closings == 1)
    }

    /// An autoscaler that follows a script.
    private struct Script: Autoscaler {
        var sizes: [Int]

        mutating func size(for load: PoolLoad) -> Int { sizes.isEmpty ? load.size : sizes.removeFirst() }
    }

    @Test func `an autoscaler of one's own is followed within the range, and the pool is told`() async throws {
        let clock = VirtualClock()
        let pool = RecordingPool()
        var options = WorkerOptions(
            pool: .concurrent(.autoscaled(1...4)), watchdogTimeout: .seconds(1_000_000), cleanUpInterval: nil)
        options.autoscaler = Script(sizes: [3, 3, 99, 2, -1])
        let worker = worker(on: MemoryBroker(time: clock.time), pool: pool, options, time: clock.time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            while pool.sizes.count < 4 {
                if clock.sleeperCount >= 3 { clock.advance(by: .seconds(1)) }
                try Task.checkCancellation()
                await Task.yield()
            }
            worker.stop()
            try await group.waitForAll()
        }
        #expect(pool.sizes == [3, 4, 2, 1])
        #expect(worker.concurrency == 1)
    }

    /// A thread of its own that says what runs on it.
    private final class OwnThread: TaskExecutor {
        private let queue = DispatchQueue(label: "own")
        private let key = DispatchSpecificKey<Bool>()

        init() { queue.setSpecific(key: key, value: true) }
        var isCurrent: Bool { DispatchQueue.getSpecific(key: key) == true }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    @Test func `tasks run on an executor of one's own, and the worker does not`() async throws {
        let bench = Bench()
        let executor = OwnThread()
        let release = DispatchSemaphore(value: 0)
        let arrived = Gate()
        var registry = TaskRegistry()
        registry.register("where") { executor.isCurrent }
        registry.register("block") {
            arrived.arrive()
            release.wait()
            await Task.yield()
            return executor.isCurrent
        }
        let options = WorkerOptions(pool: .concurrent(2, on: executor))
        try await bench.run(registry, options: options) { _ in
            #expect(try await bench.client.send("where").value() == true)
            let blocked = try await bench.client.send("block")
            await arrived.waitForArrival()
            let behind = try await bench.client.send("where")
            while try await bench.broker.depth(of: "celery").leased < 2 { await Task.yield() }
            release.signal()
            #expect(try await blocked.value() == true, "it comes back to the executor")
            #expect(try await behind.value() == true)
        }
        #expect(WorkerPool.concurrent(2, on: executor) == .concurrent(2, on: executor))
        #expect(WorkerPool.concurrent(2, on: executor) != .concurrent(2))
    }

    @Test func `nothing is fetched without room, and two workers share evenly`() async throws {
        let broker = MemoryBroker()
        let gates = (Gate(), Gate())
        let options = WorkerOptions(pool: .concurrent(1))
        let first = worker(on: broker, pool: RecordingPool(gate: gates.0), options)
        let second = worker(on: broker, pool: RecordingPool(gate: gates.1), options)
        for _ in 1...4 { try await first.client.send("t") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in [first, second] { group.addTask { try await worker.run() } }
            await gates.0.waitForArrival()
            await gates.1.waitForArrival()
            let depth = try await broker.depth(of: "celery")
            #expect(depth.leased == 2 && depth.ready == 2, "what waits is everyone's")
            for _ in 1...2 {
                gates.1.open()
                await gates.1.waitForArrival()
            }
            gates.1.open()
            while second.report.done < 3 { await Task.yield() }
            #expect(first.report.done == 0, "a long task of one worker keeps nothing from the other")
            gates.0.open()
            for worker in [first, second] { worker.stop() }
            try await group.waitForAll()
        }
        #expect(first.report.done == 1)
    }
}
