import Foundation
import MartletTasks
import MartletTesting
import Synchronization
import Testing

/// What a worker does when tasks fail, workers die and time runs out.
@Suite(.timeLimit(.minutes(1))) struct WorkerDeliveryTests {
    let bench = Bench()

    /// A registry with the task `t` and one to follow it.
    private func registry(
        _ options: TaskOptions = TaskOptions(),
        run: @escaping @Sendable (TaskContext) async throws -> Int
    ) -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("t", options: options) { (context: TaskContext) in try await run(context) }
        registry.register("next") { (number: Int) in number + 1 }
        return registry
    }

    private let call = Signature<Int>(task: "t")
    private let next = PartialSignature<Int, Int>(task: "next")

    @Test func failedTaskIsRetriedByItsPolicy() async throws {
        let registry = registry(TaskOptions(retry: .fixed(max: 2, delay: .zero))) { context in
            guard context.retries == 2 else { throw Broken() }
            return context.retries
        }
        let client = bench.client
        let report = try await bench.run(registry) { (worker: Worker) async throws -> Worker in
            #expect(try await client.enqueue(Signature<Int>(task: "t")).value() == 2)
            return worker
        }.report
        #expect(report.done == 1 && report.retried == 2 && report.failed == 0)
    }

    @Test func exhaustedRetriesBecomeADeadLetter() async throws {
        let registry = registry(TaskOptions(retry: .fixed(max: 1, delay: .zero))) { _ in throw Broken() }
        let client = bench.client
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await client.enqueue(Signature<Int>(task: "t"))
            await #expect(throws: TaskError.self) { try await result.value() }
        }
        let letter = try #require(try await bench.broker.deadLetters(limit: 1).first)
        #expect(letter.reason == .retriesExhausted)
        #expect(letter.error.contains("Broken"))
        #expect(letter.taskMessage?.headers.retries == 1)
    }

    @Test func taskMayAskForARetry() async throws {
        let registry = registry { context in
            guard context.retries == 1 else { throw context.retry(after: .zero, reason: "not yet") }
            return 5
        }
        let client = bench.client
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            #expect(try await client.enqueue(Signature<Int>(task: "t")).value() == 5)
            #expect(try await bench.broker.depth(of: "celery").total == 0)
        }
    }

    @Test func nothingIsFetchedWithoutRoom() async throws {
        var registry = TaskRegistry()
        let gate = Gate()
        registry.register("pass") { await gate.pass() }
        let bench = Bench()
        let results = try await bench.client.enqueue((0..<3).map { _ in Signature<Void>(task: "pass") })
        try await bench.run(registry, options: WorkerOptions(pool: .concurrent(1))) {
            (_: Worker) async throws -> Void in
            for waiting in [2, 1, 0] {
                await gate.waitForArrival()
                let depth = try await bench.broker.depth(of: "celery")
                #expect(depth.ready == waiting && depth.leased == 1)
                gate.open()
            }
            for result in results { try await result.value() }
        }
    }

    @Test func timeLimitCancelsTheTask() async throws {
        let registry = registry(TaskOptions(timeLimit: .milliseconds(20))) { _ in
            try await Task.sleep(for: .seconds(3600))
            return 0
        }
        let client = bench.client
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await client.enqueue(Signature<Int>(task: "t"))
            await #expect { try await result.value() } throws: {
                ($0 as? TaskError)?.failure?.type == "TimeLimitExceeded"
            }
        }
    }

    @Test func expiredTaskIsNotRun() async throws {
        let client = bench.client
        try await bench.run(registry { _ in 1 }) { worker in
            let result = try await client.enqueue(Signature<Int>(task: "t"), expires: .zero)
            await #expect { try await result.value() } throws: { ($0 as? TaskError)?.code == .taskRevoked }
            #expect(try await result.state() == .revoked)
        }
    }

    @Test func redeliveredSuccessIsNotRunAgainButFollowedUp() async throws {
        let chained = try bench.client.prepare(call | next)
        try await bench.broker.publish(chained.messages)
        _ = try await bench.broker.receive(from: ["celery"], limit: 1, lease: .zero)
        try await bench.results.store([TaskResult(taskID: chained.messages[0].id, state: .success, value: 41)])
        let report = try await bench.run(
            registry { _ in
                Issue.record("a task that has succeeded was run again")
                return 0
            }
        ) { (worker: Worker) async throws -> Worker in
            #expect(try await chained.result.value() == 42)
            return worker
        }.report
        #expect(report.done == 1 && report.recovered == 1)
    }

    @Test func taskThatCrashesItsWorkersBecomesADeadLetter() async throws {
        let sent = try await bench.client.enqueue(call)
        for _ in 1...3 { _ = try await bench.broker.receive(from: ["celery"], limit: 1, lease: .zero) }
        try await bench.run(registry { _ in 1 }) { (_: Worker) async throws -> Void in
            await #expect { try await sent.value() } throws: { ($0 as? TaskError)?.failure?.type == "WorkerLostError" }
        }
        let letter = try await bench.broker.deadLetter(sent.id)
        #expect(letter?.reason == .crashed)
        #expect(letter?.attempts == 4)
    }

    @Test func deadLetterCanBeRunAgain() async throws {
        let isMended = Mutex(false)
        let client = bench.client
        let registry = registry { _ in
            guard isMended.withLock(\.self) else { throw Broken() }
            return 7
        }
        try await bench.run(registry) { _ in
            let result = try await client.enqueue(Signature<Int>(task: "t"))
            await #expect(throws: TaskError.self) { try await result.value() }
            isMended.withLock { $0 = true }
            while try await bench.broker.retryDeadLetters([result.id]) == 0 { await Task.yield() }
            while try await result.state() != .success { await Task.yield() }
            #expect(try await result.value() == 7)
        }
    }

    @Test func stoppingHandsBackWhatDoesNotEnd() async throws {
        let gate = Gate()
        let registry = registry { _ in
            gate.arrive()
            try await Task.sleep(for: .seconds(3600))
            return 0
        }
        let client = bench.client
        let report = try await bench.run(
            registry, options: WorkerOptions(pool: .concurrent(1), drainTimeout: .milliseconds(10))
        ) { worker in
            try await client.enqueue(Signature<Int>(task: "t"))
            try await client.enqueue(Signature<Int>(task: "t"))
            await gate.waitForArrival()
            return worker
        }.report
        #expect(report == WorkerReport())
        #expect(try await bench.broker.depth(of: "celery").ready == 2)
        let again = try await bench.broker.receive(from: ["celery"], limit: 2, lease: .seconds(1))
        #expect(again.map(\.attempt) == [1, 1])
    }

    @Test func leaseIsRenewedWhileATaskRuns() async throws {
        let clock = VirtualClock()
        let bench = Bench(time: clock.time)
        let gate = Gate()
        let registry = registry { context in
            await gate.pass()
            return context.attempt
        }
        let options = WorkerOptions(lease: .seconds(30), cleanUpInterval: nil)
        try await bench.run(registry, options: options) { _ in
            let result = try await bench.client.enqueue(Signature<Int>(task: "t"))
            await gate.waitForArrival()
            for _ in 0..<8 {
                await clock.waitForSleepers(3)
                clock.advance(by: .seconds(10))
                #expect(try await bench.broker.depth(of: "celery").ready == 0)
            }
            gate.open()
            #expect(try await result.value() == 1)
        }
    }

    @Test func exponentialBackoffGrowsToItsCap() {
        var generator = SplitMix(state: 1)
        let policy = RetryPolicy.exponential(max: 12, cap: .seconds(600), jitter: false)
        let delays = (0..<13).map { policy.delay(afterRetries: $0, using: &generator) }
        #expect(delays[0] == .seconds(1) && delays[3] == .seconds(8) && delays[11] == .seconds(600))
        #expect(delays[12] == nil)
        let jittered = RetryPolicy.exponential(max: 99)
        for retries in 0..<50 {
            let delay = jittered.delay(afterRetries: retries, using: &generator) ?? .seconds(-1)
            #expect(delay >= .zero && delay <= .seconds(600))
        }
        #expect(RetryPolicy.none.delay(afterRetries: 0, using: &generator) == nil)
    }
}
