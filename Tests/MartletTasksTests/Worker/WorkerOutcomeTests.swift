import Foundation
import Logging
import MartletTasks
import MartletTesting
import Synchronization
import Testing

/// The ends a task can ask for beside success and failure.
@Suite(.timeLimit(.minutes(1))) struct WorkerOutcomeTests {
    let clock = VirtualClock()
    let bench: Bench
    private let call = Signature<Int>(task: "t")

    init() { bench = Bench(time: clock.time) }

    /// A registry with the task `t`, which does something else at its second run, and tells of each.
    private func registry(
        _ options: TaskOptions = TaskOptions(), ran: Mailbox<TaskContext> = Mailbox(),
        _ run: @escaping @Sendable (TaskContext, _ isFirst: Bool) async throws -> Int
    ) -> TaskRegistry {
        let count = Mutex(0)
        var registry = TaskRegistry()
        registry.register("t", options: options) { (context: TaskContext) in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            ran.put(context)
            return try await run(context, isFirst)
        }
        return registry
    }

    /// Waits until the broker holds a message back.
    private func waitUntilDelayed() async throws {
        while try await bench.broker.depth(of: "celery").delayed == 0 { await Task.yield() }
    }

    @Test func snoozedTaskComesLaterWithoutARetryOrAnAttempt() async throws {
        let ran = Mailbox<TaskContext>()
        let registry = registry(ran: ran) { context, isFirst in
            if isFirst { throw Snooze(for: .seconds(30)) }
            return context.retries * 10 + context.attempt
        }
        let report = try await bench.run(registry) { (worker: Worker) async throws -> Worker in
            let result = try await bench.client.enqueue(call)
            _ = await ran.take()
            try await waitUntilDelayed()
            #expect(try await result.state() == .pending)
            #expect(try await result.nextRun() == clock.date.addingTimeInterval(30))
            clock.advance(by: .seconds(31))
            #expect(try await result.value() == 1)
            return worker
        }.report
        #expect(report.done == 1 && report.retried == 0)
    }

    @Test func snoozeUntilAMomentWorksForTasksAcknowledgedEarly() async throws {
        let moment = clock.date.addingTimeInterval(90)
        let registry = registry(TaskOptions(delivery: .atMostOnce)) { _, isFirst in
            if isFirst { throw Snooze(until: moment) }
            return 4
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            try await waitUntilDelayed()
            clock.advance(by: .seconds(91))
            #expect(try await result.value() == 4)
        }
    }

    @Test func ignoredTaskLeavesNothing() async throws {
        let result = try await bench.client.enqueue(call)
        try await bench.run(registry { _, _ in throw Ignore() }) { (_: Worker) async throws -> Void in
            while try await bench.broker.depth(of: "celery").total > 0 { await Task.yield() }
        }
        #expect(try await bench.results.fetch([result.id]).isEmpty)
        #expect(try await bench.broker.deadLetters(limit: 1).isEmpty)
    }

    @Test func ignoredMemberFailsItsChord() async throws {
        var registry = registry { _, _ in throw Ignore() }
        registry.register("late") { (_: Int) -> Int in throw Ignore() }
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("tasks.sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            for member in [call, call | Fixture.add(1), Fixture.add(1, 1) | PartialSignature<Int, Int>(task: "late")] {
                let body = try await bench.client.enqueue(chord([Fixture.add(1, 2), member], Fixture.sum()))
                await #expect { try await body.value() } throws: { error in
                    let failure = (error as? TaskError)?.failure
                    return failure?.type == "ChordError" && failure?.text.contains("Ignore") == true
                }
            }
        }
    }

    @Test func taskAcknowledgedEarlyFailsWhenItsWorkerStops() async throws {
        let ran = Mailbox<TaskContext>()
        let clock = clock
        let registry = registry(TaskOptions(delivery: .atMostOnce), ran: ran) { _, _ in
            try await clock.time.sleep(for: .seconds(3600))
            return 0
        }
        let result = try await bench.client.enqueue(call)
        try await bench.run(registry) { (worker: Worker) async throws -> Void in
            _ = await ran.take()
            worker.stop(.cold)
        }
        #expect(try await result.state() == .failure)
        await #expect { try await result.value() } throws: {
            ($0 as? TaskError)?.failure?.type == "WorkerLostError"
        }
    }

    @Test func rejectedTaskBecomesADeadLetterAndFailsItsChain() async throws {
        let registry = registry { _, _ in throw Reject(reason: "not ours") }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let first = try await bench.client.enqueue(call)
            await #expect { try await first.value() } throws: { ($0 as? TaskError)?.failure?.type == "Reject" }
            #expect(try await first.state() == .rejected)
            let chained = try await bench.client.enqueue(call | PartialSignature<Int, Int>(task: "t"))
            await #expect { try await chained.value() } throws: { ($0 as? TaskError)?.failure?.text == "not ours" }
        }
        let letter = try #require(try await bench.broker.deadLetters(limit: 1).first)
        #expect(letter.reason == .rejected && letter.error == "not ours")
    }

    @Test func requeuedTaskComesAgainAtOnce() async throws {
        let registry = registry { context, isFirst in
            if isFirst { throw Reject(reason: "busy", requeue: true) }
            return context.attempt
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            #expect(try await bench.client.enqueue(call).value() == 1)
        }
    }

    @Test func expectedErrorFailsWithoutRetryAndDeadLetter() async throws {
        let options = TaskOptions(retry: .fixed(max: 3, delay: .zero), expectedErrors: [Broken.self])
        let report = try await bench.run(registry(options) { _, _ in throw Broken() }) {
            (worker: Worker) async throws -> Worker in
            let result = try await bench.client.enqueue(call)
            await #expect { try await result.value() } throws: { ($0 as? TaskError)?.failure?.type == "Broken" }
            return worker
        }.report
        #expect(report.failed == 1 && report.retried == 0 && report.deadLettered == 0)
        #expect(try await bench.broker.deadLetters(limit: 1).isEmpty)
    }

    @Test func policyMayNameTheErrorsItIsFor() async throws {
        struct Other: Error {}
        let policy = RetryPolicy.fixed(max: 3, delay: .zero)
        for (retry, retries) in [(policy.only(on: [Other.self]), 0), (policy.except([Other.self]), 3)] {
            let bench = Bench(time: clock.time)
            let report = try await bench.run(registry(TaskOptions(retry: retry)) { _, _ in throw Broken() }) {
                (worker: Worker) async throws -> Worker in
                let result = try await bench.client.enqueue(call)
                await #expect(throws: TaskError.self) { try await result.value() }
                return worker
            }.report
            #expect(report.retried == retries)
        }
    }

    @Test func retryATaskAsksForGoesByItsPolicyAndTellsWhenItComes() async throws {
        let ran = Mailbox<TaskContext>()
        let options = TaskOptions(retry: .delays(.seconds(10), .seconds(60)))
        let registry = registry(options, ran: ran) { context, _ in
            if context.retries < 2 { throw Retry(reason: "not yet") }
            return context.retries
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            for delay in [10.0, 60] {
                _ = await ran.take()
                try await waitUntilDelayed()
                #expect(try await result.state() == .retry)
                #expect(try await result.nextRun() == clock.date.addingTimeInterval(delay))
                clock.advance(by: .seconds(delay))
            }
            #expect(try await result.value() == 2)
        }
    }

    @Test func retryMayNameItsMoment() async throws {
        let moment = clock.date.addingTimeInterval(77)
        let registry = registry { context, isFirst in
            if isFirst { throw Retry(eta: moment) }
            return context.retries
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            try await waitUntilDelayed()
            #expect(try await result.nextRun() == moment)
            clock.advance(by: .seconds(78))
            #expect(try await result.value() == 1)
        }
    }

    @Test func policyMayBeACalculationAndForEver() async throws {
        let options = TaskOptions(retry: .custom("tens", max: nil) { retries in .seconds((retries + 1) * 10) })
        let ran = Mailbox<TaskContext>()
        let registry = registry(options, ran: ran) { context, _ in
            guard context.retries == 20 else { throw Broken() }
            return context.retries
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            for retries in 1...20 {
                _ = await ran.take()
                try await waitUntilDelayed()
                #expect(try await result.nextRun() == clock.date.addingTimeInterval(Double(retries) * 10))
                clock.advance(by: .seconds(retries * 10))
            }
            #expect(try await result.value() == 20)
        }
    }

    @Test(arguments: [TaskOptions(retry: .fixed()), TaskOptions()])
    func retryComesAfterThreeMinutesByDefault(_ options: TaskOptions) async throws {
        let registry = registry(options) { _, isFirst in
            if isFirst { throw Retry() }
            return 0
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            try await waitUntilDelayed()
            #expect(try await result.nextRun() == clock.date.addingTimeInterval(180))
        }
    }

    @Test func expectedErrorIsNoErrorInTheLog() async throws {
        let recorder = LogRecorder()
        let registry = registry(TaskOptions(expectedErrors: [Broken.self])) { _, _ in throw Broken() }
        try await bench.run(registry, logger: recorder.logger) { (_: Worker) async throws -> Void in
            try await bench.client.enqueue(call).wait()
        }
        #expect(recorder.lines.contains { $0.level == .info && $0.metadata["error"]?.contains("Broken") == true })
        #expect(recorder.lines.allSatisfy { $0.level < .error })
    }

    @Test func deadLetterTellsTheHistoryOfItsRuns() async throws {
        let options = TaskOptions(retry: .fixed(max: 12, delay: .zero))
        let registry = registry(options) { context, _ in
            struct Numbered: Error { let number: Int }
            throw Numbered(number: context.retries)
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            await #expect(throws: TaskError.self) { try await result.value() }
        }
        let letter = try #require(try await bench.broker.deadLetters(limit: 1).first)
        #expect(letter.history.map(\.retries) == Array(2...12))
        #expect(letter.history.last?.error.contains("12") == true)
        #expect(letter.history.first?.date == clock.date)
    }

    @Test func resultTellsWhatItsOptionsAskFor() async throws {
        let options = TaskOptions(tracksStarted: true, resultExpires: .seconds(60))
        let ran = Mailbox<TaskContext>()
        let gate = Gate()
        var registry = registry(options, ran: ran) { context, _ in
            try await context.client.send("child", taskID: "the-child")
            await gate.pass()
            return 1
        }
        registry.register("child") {}
        registry.register("next") { (_: Int) in }
        var worker = WorkerOptions(drainTimeout: .zero)
        worker.extendsResults = true
        try await bench.run(registry, options: worker) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call.onSuccess(PartialSignature<Int, Void>(task: "next")))
            await gate.waitForArrival()
            let started = try #require(try await result.stored().first)
            #expect(started.state == .started && started.value["pid"]?.integerValue == Int(getpid()))
            #expect(started.value["hostname"]?.stringValue?.isEmpty == false)
            gate.open()
            _ = try await result.value()
            let stored = try #require(try await result.stored().first)
            #expect(stored.children.first == "the-child" && stored.children.count == 2)
            #expect(stored.expires == clock.date.addingTimeInterval(60))
            #expect(stored.queue == "celery" && stored.arguments == [] && stored.worker != nil)
            #expect(try TaskResult(json: stored.json).children == stored.children)
        }
    }

    @Test func errorIsStoredOfATaskWhoseResultIsNot() async throws {
        let options = TaskOptions(ignoresResult: true, storesErrorsEvenIfIgnored: true)
        try await bench.run(registry(options) { _, _ in throw Broken() }) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            await #expect(throws: TaskError.self) { try await result.value() }
        }
    }
}
