import MartletTasks
import MartletTesting
import Testing

/// The stages a worker stops in.
@Suite(.timeLimit(.minutes(1))) struct WorkerShutdownTests {
    let clock = VirtualClock()
    let bench: Bench

    init() { bench = Bench(time: clock.time) }

    /// A registry with a task that runs until the gate opens or it is cancelled.
    private func registry(_ gate: Gate) -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("wait") {
            gate.arrive()
            try await Task.sleep(for: .seconds(3600))
        }
        registry.register("pass") { await gate.pass() }
        return registry
    }

    /// Runs a worker that holds one run of a task, and hands it to `body`, which must stop it.
    private func run(
        _ task: String, drainTimeout: Duration? = .seconds(30), prefetch: Prefetch = .none,
        _ body: @Sendable (Worker, Gate) async throws -> Void
    ) async throws {
        let gate = Gate()
        let worker = Worker(
            registry: registry(gate), client: bench.client,
            options: WorkerOptions(
                pool: .concurrent(1), prefetch: prefetch, drainTimeout: drainTimeout, cleanUpInterval: nil))
        try await bench.client.send(task)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            await gate.waitForArrival()
            try await body(worker, gate)
            try await group.waitForAll()
        }
    }

    /// Who sleeps while a worker drains in a limited time: the keeper of leases, the watchdog and the one that cancels.
    private let sleepers = 3

    /// Moves the clock once all of them are asleep, so that no time passes that one of them has not seen.
    private func advance(by duration: Duration) async {
        await clock.waitForSleepers(sleepers)
        clock.advance(by: duration)
    }

    /// Lets others run.
    private func turn() async throws {
        try Task.checkCancellation()
        await Task.yield()
    }

    private func ready() async throws -> Int { try await bench.broker.depth(of: "celery").ready }

    @Test func `a warm stop lets tasks end, however long they take`() async throws {
        try await run("pass", drainTimeout: nil) { worker, gate in
            worker.stop()
            #expect(worker.health.isReady == false && worker.health.isStopping)
            clock.advance(by: .seconds(86_400))
            gate.open()
        }
        #expect(try await bench.broker.depth(of: "celery").total == 0)
    }

    @Test func `a drain time-out ends a warm stop`() async throws {
        try await run("wait") { worker, _ in
            worker.stop()
            for _ in 1...3 { await advance(by: .seconds(10)) }
        }
        #expect(clock.now.offset == .seconds(30))
        #expect(try await ready() == 1)
    }

    @Test func `a soft stop waits a little, then cancels and hands back`() async throws {
        try await run("wait", drainTimeout: nil) { worker, _ in
            worker.stop()
            worker.stop(.soft)
            await advance(by: .seconds(9))
            #expect(clock.sleeperCount == sleepers, "nobody's time has come")
            await advance(by: .seconds(1))
        }
        #expect(clock.now.offset == .seconds(10))
        #expect(try await ready() == 1)
    }

    @Test func `a cold stop cancels and hands back at once`() async throws {
        try await run("wait", drainTimeout: nil) { worker, _ in worker.stop(.cold) }
        #expect(clock.now.offset == .zero)
        #expect(try await ready() == 1)
        let again = try await bench.broker.receive(from: ["celery"], limit: 1, lease: .seconds(1))
        #expect(again.map(\.attempt) == [1])
    }

    @Test func `each further request goes to the next stage`() async throws {
        try await run("wait", drainTimeout: nil) { worker, _ in
            for _ in 1...3 { worker.stopFurther() }
        }
        #expect(clock.now.offset == .zero)
        #expect(ShutdownStage.allCases == [.warm, .soft, .cold, .hard])
        #expect(ShutdownStage.hard.next == .hard)
    }

    @Test func `what was prefetched goes back at once, while others still run`() async throws {
        for _ in 1...3 { try await bench.client.send("pass") }
        try await run("pass", drainTimeout: nil, prefetch: .count(2)) { worker, gate in
            while try await bench.broker.depth(of: "celery").leased < 3 { try await turn() }
            #expect(try await ready() == 1)
            worker.stop()
            while try await ready() < 3 { try await turn() }
            #expect(try await bench.broker.depth(of: "celery").leased == 1)
            gate.open()
        }
        let again = try await bench.broker.receive(from: ["celery"], limit: 9, lease: .seconds(1))
        #expect(again.map(\.attempt) == [1, 1, 1])
    }
}
