import MartletTasks
import MartletTesting
import Testing

/// What a worker does when its broker fails, hangs and comes back.
@Suite(.timeLimit(.minutes(1))) struct WorkerWatchdogTests {
    let clock = VirtualClock()
    let broker: BrokenBroker
    let client: TaskClient

    init() {
        broker = BrokenBroker(time: clock.time)
        client = TaskClient(broker: broker, results: MemoryResultBackend(), time: clock.time)
    }

    private func worker(_ options: WorkerOptions = WorkerOptions(cleanUpInterval: nil)) -> Worker {
        var registry = TaskRegistry()
        registry.register("one") { 1 }
        return Worker(registry: registry, client: client, options: options)
    }

    /// Lets others run until a condition holds.
    private func wait(until condition: () async throws -> Bool) async throws {
        while try await !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Moves the clock by a look of the watchdog, once it and the keeper of leases are asleep, until a condition holds.
    private func look(until condition: () -> Bool) async throws {
        try await wait {
            if condition() { return true }
            if clock.sleeperCount >= 2 { clock.advance(by: .seconds(20)) }
            return false
        }
    }

    @Test func `a fetch that never returns turns readiness red and ends the worker`() async throws {
        broker.set(.hangs)
        let ended = Flag()
        let worker = worker()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect { try await worker.run() } throws: { error in
                    let error = error as? TaskError
                    return error?.code == .brokerFailed && error?.message.contains("does not return") == true
                }
                ended.raise()
            }
            try await wait { broker.counts.fetches == 1 }
            try await look { worker.health.stalledSince != nil }
            #expect(!worker.health.isReady)
            #expect(worker.health.problem?.contains("the consume loop") == true)
            #expect(throws: TaskError.self) { try worker.checkHealth() }
            try await look { ended.isRaised }
            #expect(clock.now.offset <= .seconds(160))
            try await group.waitForAll()
        }
        broker.set(.none)
    }

    @Test func `a broker that comes back in time is worked with again`() async throws {
        broker.set(.hangs)
        let worker = worker()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await wait { broker.counts.fetches == 1 }
            try await look { worker.health.stalledSince != nil }
            broker.set(.none)
            let result = try await client.enqueue(Signature<Int>(task: "one"))
            try await wait { try await result.state() == .success }
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(20))
            try await wait { worker.health.isReady }
            #expect(worker.health.stalledSince == nil && worker.health.lastFetch != nil)
            worker.stop()
            try await group.waitForAll()
        }
    }

    @Test func `a broker that fails turns readiness red until it answers`() async throws {
        broker.set(.fails)
        let worker = worker()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            for failures in 1...3 {
                try await wait { broker.counts.fetches == failures && worker.health.failingSince != nil }
                await clock.waitForSleepers(3)
                clock.advance(by: .seconds(2))
            }
            #expect(worker.health.problem?.contains("Down()") == true)
            broker.set(.none)
            try await look { worker.health.isReady }
            worker.stop()
            try await group.waitForAll()
        }
    }

    @Test func `an idle worker comes round and stays ready`() async throws {
        let worker = worker()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            for round in 1...20 {
                try await wait { broker.counts.fetches == round }
                #expect(worker.health.isReady)
                await clock.waitForSleepers(2)
                clock.advance(by: .seconds(20))
            }
            worker.stop()
            try await group.waitForAll()
        }
    }

    @Test func `broker and results are cleaned up within an interval, and again`() async throws {
        let worker = worker(WorkerOptions(watchdogTimeout: .seconds(1_000_000)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            for round in 1...3 {
                try await wait {
                    if broker.counts.cleanUps == round { return true }
                    if clock.sleeperCount >= 3 { clock.advanceToNextSleeper() }
                    return false
                }
                #expect(clock.now.offset <= .seconds(3600 * round))
            }
            worker.stop()
            try await group.waitForAll()
        }
    }
}
