import Foundation
import Logging
import MartletTasks
import MartletTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct TaskBenchTests {
    private final class Trace: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock(\.self) }
    }

    private func bench(_ trace: Trace = Trace(), workers: Int = 1, faults: [Fault] = [], seed: UInt64? = nil)
        -> TaskBench
    {
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("note") { (text: String) in trace.add(text) }
        registry.register("steps") { (context: TaskContext, name: String) in
            for step in 1...3 {
                trace.add("\(name)\(step)")
                await Task.yield()
            }
        }
        registry.register("nap") { (context: TaskContext, seconds: Int) in
            try await context.client.time.sleep(for: .seconds(seconds))
            trace.add("awake")
        }
        registry.register("flaky", options: TaskOptions(retry: .fixed(max: 3, delay: .seconds(60)))) {
            (context: TaskContext) in
            trace.add("run \(context.retries)")
            if context.retries < 2 { throw Broken() }
        }
        return TaskBench(registry, workers: workers, faults: faults, seed: seed)
    }

    @Test func runsWhatIsDueAndWhatFollows() async throws {
        let bench = bench()
        let result = try await bench.client.enqueue(Fixture.add(1, 1) | Fixture.add(2))
        #expect(try await result.state() == .pending)
        try await bench.runUntilIdle()
        #expect(try await result.value() == 4)
    }

    @Test func laterTaskWaitsForTheClock() async throws {
        let trace = Trace()
        let bench = bench(trace)
        try await bench.client.send("note", arguments: ["later"], countdown: .seconds(60))
        try await bench.advance(by: .seconds(59))
        #expect(trace.all.isEmpty)
        try await bench.advance(by: .seconds(1))
        #expect(trace.all == ["later"])
    }

    @Test func retriesComeAtTheirMoment() async throws {
        let trace = Trace()
        let bench = bench(trace)
        try await bench.client.send("flaky")
        try await bench.runUntilIdle()
        #expect(trace.all == ["run 0"])
        try await bench.advance(by: .seconds(60))
        #expect(trace.all == ["run 0", "run 1"])
        try await bench.advance(by: .seconds(3600))
        #expect(trace.all == ["run 0", "run 1", "run 2"])
    }

    @Test func sleepingTaskGoesOnWhenTheClockMoves() async throws {
        let trace = Trace()
        let bench = bench(trace)
        try await bench.client.send("nap", arguments: [86_400])
        try await bench.runUntilIdle()
        #expect(trace.all.isEmpty)
        try await bench.advance(by: .seconds(86_400))
        #expect(trace.all == ["awake"])
    }

    @Test func sameSeedGivesTheSameOrder() async throws {
        func order(_ seed: UInt64?) async throws -> [String] {
            let trace = Trace()
            let bench = bench(trace, seed: seed)
            for name in ["a", "b", "c"] { try await bench.client.send("steps", arguments: [.string(name)]) }
            try await bench.runUntilIdle()
            return trace.all
        }
        var orders: Set<[String]> = []
        for seed in UInt64(1)...8 {
            let first = try await order(seed)
            #expect(first.count == 9)
            #expect(try await order(seed) == first)
            orders.insert(first)
        }
        #expect(orders.count > 1)
    }

    @Test func logGoesWhereTheTestSays() async throws {
        let recorder = LogRecorder()
        var registry = TaskRegistry()
        registry.register("t") { (context: TaskContext) in context.logger.notice("here") }
        let bench = TaskBench(registry, logger: recorder.logger)
        try await bench.client.send("t")
        try await bench.runUntilIdle()
        #expect(recorder.lines.map(\.message).contains("here"))
        #expect(recorder.lines.map(\.message).contains("task succeeded"))
    }

    @Test func killedWorkerLeavesItsTaskToAnother() async throws {
        let trace = Trace()
        let bench = bench(trace, workers: 2)
        let nap = try await bench.client.send("nap", arguments: [20])
        try await bench.runUntilIdle()
        let first = try #require(bench.trace.lines(of: nap.id).first { $0.event == .started }?.worker)
        try bench.crash(first)
        #expect(bench.crashedWorkers == [first])
        try await bench.advance(by: .seconds(49))
        #expect(trace.all.isEmpty)
        try await bench.advance(by: .seconds(1))
        #expect(trace.all == ["awake"])
        let starts = bench.trace.lines(of: nap.id).filter { $0.event == .started }
        #expect(starts.map(\.worker) == [first, 1 - first])
        #expect(starts.map(\.time) == [.zero, .seconds(30)])
    }

    @Test func workerStartedAgainGoesOn() async throws {
        let trace = Trace()
        let bench = bench(trace)
        try bench.crash()
        try await bench.client.send("note", arguments: ["run"])
        try await bench.advance(by: .seconds(3600))
        #expect(trace.all.isEmpty)
        try bench.restart()
        try await bench.runUntilIdle()
        #expect(trace.all == ["run"])
        #expect(bench.crashedWorkers == [])
    }

    @Test func workerMayBeKilledBetweenAnyTwoSteps() async throws {
        var ends: Set<[TaskTrace.Event]> = []
        for steps in 0..<30 {
            let trace = Trace()
            let bench = bench(trace, seed: 1)
            try await bench.runUntilIdle()
            let note = try await bench.client.send("note", arguments: ["once"])
            try bench.crash(0, afterSteps: steps)
            try await bench.advance(by: .seconds(1))
            try bench.restart(0)
            try await bench.advance(by: .seconds(60))
            #expect(try await note.state() == .success)
            #expect((1...2).contains(trace.all.count))
            ends.insert(bench.trace.lines(of: note.id).map(\.event))
        }
        // It dies before it has the message or after all is done, before the run, or between the run and its report.
        #expect(ends.count == 3)
    }

    @Test func workerThatIsNotThereIsNamed() {
        let bench = bench(workers: 2)
        #expect { try bench.crash(2) } throws: { "\($0)".contains("no worker 2 in the bench; it has 2") }
        #expect { try bench.restart(-1) } throws: { "\($0)".contains("no worker -1 in the bench; it has 2") }
    }

    @Test func traceTellsWhatHappened() async throws {
        let bench = bench()
        let id = try await bench.client.send("tasks.add", arguments: [1, 2], countdown: .milliseconds(60_500)).id
        try await bench.advance(by: .seconds(61))
        #expect(
            bench.trace.description == """
                0.000 test published tasks.add \(id) celery
                60.500 worker 0 received tasks.add \(id)
                60.500 worker 0 started tasks.add \(id)
                60.500 worker 0 returned tasks.add \(id)
                60.500 worker 0 stored tasks.add \(id) SUCCESS
                60.500 worker 0 acknowledged tasks.add \(id)

                """)
        #expect(bench.trace.digest != TaskTrace(lines: []).digest)
    }

    @Test func randomNumbersFollowFromTheSeed() async throws {
        func nextRun(_ seed: UInt64) async throws -> Date? {
            var registry = TaskRegistry()
            registry.register("jitter", options: TaskOptions(retry: .exponential(base: .seconds(600)))) {
                throw Broken()
            }
            let bench = TaskBench(registry, seed: seed)
            let result = try await bench.client.send("jitter")
            try await bench.runUntilIdle()
            return try await result.nextRun()
        }
        let first = try #require(try await nextRun(1))
        #expect(try await nextRun(1) == first)
        #expect(try await nextRun(2) != first)
    }

    @Test func whatWasEnqueuedIsExpected() async throws {
        let bench = bench()
        try await bench.client.enqueue(Fixture.add(1, 2), countdown: .seconds(60), queue: "slow")
        try bench.expectEnqueued(Fixture.add(1, 2))
        try bench.expectEnqueued(Fixture.add(1, 2), on: "slow", in: .seconds(60))
        try bench.refuteEnqueued(Fixture.add(1, 3))
        try bench.refuteEnqueued(Fixture.add(1, 2), on: "fast")
        #expect { try bench.expectEnqueued(Fixture.add(1, 2), on: "fast") } throws: {
            "\($0)".contains(
                """
                expected tasks.add(1, 2) on 'fast' to be enqueued; these were:
                  tasks.add(1, 2) on 'slow' in 60.0 s
                """)
        }
        #expect { try bench.refuteEnqueued(Fixture.add(1, 2)) } throws: { "\($0)".contains("not to be enqueued") }
    }

    @Test func lostAnswerDoesNotSendTwice() async throws {
        let bench = bench(faults: [.loseReply(of: .publish, on: 1)])
        let result = try await bench.client.enqueue(Fixture.add(1, 2))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 3)
        #expect(bench.worker.report.done == 1)
    }

    @Test func lostSettlementIsDeliveredAgainAndNotRunAgain() async throws {
        let trace = Trace()
        let bench = bench(trace, faults: [.fail(.settle, on: 1)])
        try await bench.client.send("note", arguments: ["once"])
        try await bench.advance(by: .seconds(60))
        #expect(trace.all == ["once"])
        #expect(try await bench.broker.depth(of: "celery").total == 0)
    }

    @Test func randomFaultsFollowFromTheSeed() async throws {
        func failures(_ seed: UInt64) async -> [Bool] {
            let broker = FaultyBroker(
                wrapping: MemoryBroker(), faults: [.failAtRandom(.settle, probability: 0.5)], seed: seed)
            var failed: [Bool] = []
            for _ in 1...32 { failed.append(await (try? broker.settle([])) == nil) }
            return failed
        }
        let first = await failures(1)
        #expect(await failures(1) == first)
        #expect(await failures(2) != first)
        #expect(Set(first) == [true, false])
    }

    @Test func failingResultBackendIsTold() async throws {
        let results = FaultyResultBackend(wrapping: MemoryResultBackend(), faults: [.fail(.store, on: 2)])
        try await results.store([])
        await #expect { try await results.store([]) } throws: { "\($0)".contains("planned fault: store, call 2") }
        try await results.store([])
    }
}
