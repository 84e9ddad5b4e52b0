import MartletTasks
import MartletTesting
import Testing

/// What a worker does with a run whose lease it has lost, so that another worker may run the same task.
@Suite(.timeLimit(.minutes(1))) struct WorkerLeaseTests {
    let clock = VirtualClock()
    let broker: BrokenBroker
    let client: TaskClient
    let gate = Gate()

    init() {
        broker = BrokenBroker(time: clock.time)
        client = TaskClient(broker: broker, results: MemoryResultBackend(), time: clock.time)
    }

    /// A registry with tasks that go on until the gate opens, or until they are cancelled: that is when `cancelled` is
    /// raised.
    private func registry(_ cancelled: Flag, _ options: TaskOptions = TaskOptions()) -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("wait", options: options) { (context: TaskContext) async -> Int in
            await withTaskCancellationHandler {
                await gate.pass()
            } onCancel: {
                cancelled.raise()
                gate.open()
            }
            return context.attempt
        }
        return registry
    }

    /// Runs a worker, hands it to `body` and stops it; returns what it did, which it counts after it has told of a value.
    @discardableResult
    private func run(
        _ registry: TaskRegistry, concurrency: Concurrency = 1, _ body: (Worker) async throws -> Void
    ) async throws -> WorkerReport {
        let options = WorkerOptions(
            pool: .concurrent(concurrency), watchdogTimeout: .seconds(1_000_000), cleanUpInterval: nil)
        let worker = Worker(registry: registry, client: client, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await body(worker)
            worker.stop()
            try await group.waitForAll()
        }
        return worker.report
    }

    /// Moves the clock by a third of a lease, once the keeper of leases and the watchdog are asleep, until a condition
    /// holds.
    private func renew(until condition: () -> Bool) async throws {
        while !condition() {
            if clock.sleeperCount >= 2 { clock.advance(by: .seconds(10)) }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test func `a run whose lease was lost is cancelled and not reported`() async throws {
        let cancelled = Flag()
        let result = try await client.enqueue(Signature<Int>(task: "wait"))
        broker.set(leases: .takesAway)
        let report = try await run(registry(cancelled)) { worker in
            await gate.waitForArrival()
            try await renew { cancelled.isRaised }
            broker.set(leases: .none)
            await gate.waitForArrival()
            #expect(try await result.state() == .pending, "the value of the first run is not told")
            #expect(worker.report.done == 0)
            gate.open()
            #expect(try await result.value() == 2, "the one that has the lease tells its value")
        }
        #expect(report.done == 1 && report.failed == 0)
        #expect(try await broker.depth(of: "celery").total == 0)
    }

    @Test func `a run is cancelled when leases cannot be renewed for as long as they last`() async throws {
        let cancelled = Flag()
        let result = try await client.enqueue(Signature<Int>(task: "wait"))
        broker.set(leases: .fails)
        try await run(registry(cancelled)) { _ in
            await gate.waitForArrival()
            try await renew { broker.renewals.count == 2 }
            #expect(!cancelled.isRaised, "the lease of 30 s is still there")
            try await renew { cancelled.isRaised }
            #expect(broker.renewals.count >= 3)
            broker.set(leases: .none)
            await gate.waitForArrival()
            gate.open()
            #expect(try await result.value() == 2)
        }
    }

    @Test func `a task that was acknowledged at its start has no lease to lose`() async throws {
        let cancelled = Flag()
        let once = try await client.enqueue(Signature<Int>(task: "wait"))
        try await run(registry(cancelled, TaskOptions(delivery: .atMostOnce)), concurrency: 2) { _ in
            await gate.waitForArrival()
            var looks = 0
            try await renew {
                looks += 1
                return looks > 200
            }
            #expect(!cancelled.isRaised && broker.renewals.isEmpty)
            gate.open()
            #expect(try await once.value() == 1)
        }
    }
}
