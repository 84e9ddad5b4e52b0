import Foundation
import InMemoryLogging
import Logging
import MartletTasks
import MartletTesting
import Synchronization
import Testing

/// Lines that tests and middleware write, in order.
final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock(\.self) }
}

/// Notes each of its calls; `fails` names the one it throws in.
struct Noting: TaskMiddleware {
    let name: String
    let notes: Notes
    var fails: String?

    func publish(
        _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
    ) async throws -> PublishedMessages {
        notes.add("\(name) publish \(messages.map(\.task).joined(separator: " "))")
        if fails == "publish" { throw Broken() }
        do {
            let published = try await next(messages)
            notes.add("\(name) published")
            if fails == "published" { throw Broken() }
            return published
        } catch {
            notes.add("\(name) publish failed")
            throw error
        }
    }

    func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
        notes.add("\(name) before \(context.task)")
        if fails == "run" { throw Broken() }
        do {
            let value = try await next()
            notes.add("\(name) after \(value)")
            return value
        } catch {
            notes.add("\(name) after \(type(of: error))")
            throw error
        }
    }

    func ended(_ delivery: EndedDelivery) async throws {
        notes.add("\(name) ended \(delivery.outcome)")
        if fails == "ended" { throw Broken() }
    }
}

@Suite(.timeLimit(.minutes(1))) struct MiddlewareTests {
    private let notes = Notes()

    private func bench(
        publishing: [any TaskMiddleware] = [], running: [any TaskMiddleware] = [], options: TaskOptions = TaskOptions(),
        faults: [Fault] = [], logger: Logger? = nil
    ) -> TaskBench {
        let notes = notes
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in
            notes.add("add")
            return x + y
        }
        registry.register("end", options: options) { (context: TaskContext, how: String) async throws -> Int in
            switch how {
            case "retry" where context.retries == 0: throw Retry(after: .seconds(1))
            case "snooze": throw Snooze(for: .seconds(3600))
            case "reject": throw Reject(reason: "no paper")
            case "ignore": throw Ignore()
            case "fail": throw Broken()
            default: return 7
            }
        }
        registry.register("tenant") { Tenant.current }
        return TaskBench(
            registry, options: WorkerOptions(middleware: running),
            clientOptions: TaskClient.Options(publishRetry: .none, middleware: publishing), faults: faults,
            logger: logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func end(_ how: String) -> Signature<Int> { Signature(task: "end", arguments: [how]) }

    @Test func firstOfAnArrayIsTheOutermost() async throws {
        let both: [any TaskMiddleware] = [Noting(name: "outer", notes: notes), Noting(name: "inner", notes: notes)]
        let bench = bench(publishing: both, running: both)
        let result = try await bench.client.enqueue(Fixture.add(1, 2))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 3)
        #expect(
            notes.all == [
                "outer publish tasks.add", "inner publish tasks.add", "inner published", "outer published",
                "outer before tasks.add", "inner before tasks.add", "add", "inner after 3", "outer after 3",
                "inner ended succeeded", "outer ended succeeded",
            ])
    }

    // MARK: Publishing

    private struct Stamping: TaskMiddleware {
        func publish(
            _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
        ) async throws -> PublishedMessages {
            try await next(
                messages.map { message in
                    var message = message
                    message.headers.custom["tenant"] = "acme"
                    return message
                })
        }
    }

    @Test func publishMayChangeHeadersAlsoOfWhatFollows() async throws {
        let bench = bench(publishing: [Stamping()])
        try await bench.client.enqueue(Fixture.add(1, 1) | Fixture.add(2) | Fixture.add(3))
        try await bench.runUntilIdle()
        let tenants = try bench.broker.publications.map { try TaskMessage(wire: $0.message).headers.custom["tenant"] }
        #expect(tenants == ["acme", "acme", "acme"])
    }

    @Test func publishMayRefuse() async throws {
        let bench = bench(publishing: [Noting(name: "m", notes: notes, fails: "publish")])
        await #expect(throws: Broken.self) { try await bench.client.enqueue(Fixture.add(1, 1)) }
        #expect(bench.broker.publications.isEmpty)
        #expect(notes.all == ["m publish tasks.add"])
    }

    @Test func publishSeesThatTheBrokerFails() async throws {
        let bench = bench(
            publishing: [Noting(name: "m", notes: notes)], faults: [.fail(.publish, on: 1)])
        await #expect { try await bench.client.enqueue(Fixture.add(1, 1)) } throws: {
            ($0 as? TaskError)?.code == .brokerFailed
        }
        #expect(notes.all == ["m publish tasks.add", "m publish failed"])
    }

    @Test func publishMayNotChangeIDs() async throws {
        struct Renaming: TaskMiddleware {
            func publish(
                _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
            ) async throws -> PublishedMessages {
                try await next(messages.map { TaskMessage(task: $0.task, id: "other") })
            }
        }
        let bench = bench(publishing: [Renaming()])
        await #expect { try await bench.client.enqueue(Fixture.add(1, 1), taskID: "one") } throws: {
            ($0 as? TaskError)?.code == .invalidArgument && "\($0)".contains(#"["other"] in place of ["one"]"#)
        }
        #expect(bench.broker.publications.isEmpty)
    }

    /// Lets the first call through.
    private final class RefusingLater: TaskMiddleware {
        private let calls = Mutex(0)
        func publish(
            _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
        ) async throws -> PublishedMessages {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call > 1 { throw Broken() }
            return try await next(messages)
        }
    }

    @Test func taskWhoseFollowUpIsRefusedIsADeadLetter() async throws {
        let bench = bench(publishing: [RefusingLater()], running: [Noting(name: "m", notes: notes)])
        try await bench.client.enqueue(Fixture.add(1, 1).onSuccess(Fixture.add(2)), taskID: "one")
        try await bench.runUntilIdle()
        let letter = try #require(try await bench.client.deadLetters.letter("one"))
        #expect(letter.reason == .failed && letter.error.hasPrefix("Broken"))
        #expect(notes.all.last == "m ended failed")
        #expect(bench.broker.publications.count == 1)
    }

    // MARK: Running

    @Test func errorOfRunIsTheTasksError() async throws {
        let bench = bench(running: [
            Noting(name: "outer", notes: notes), Noting(name: "inner", notes: notes, fails: "run"),
        ])
        let result = try await bench.client.enqueue(Fixture.add(1, 1), taskID: "one")
        try await bench.runUntilIdle()
        await #expect { try await result.value() } throws: { ($0 as? TaskError)?.failure?.type == "Broken" }
        #expect(try await bench.client.deadLetters.letter("one")?.reason == .failed)
        #expect(!notes.all.contains("add"))
        #expect(notes.all.contains("outer after Broken"))
    }

    private enum Tenant {
        @TaskLocal static var current = "none"
    }

    private struct Binding: TaskMiddleware {
        func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
            #expect(TaskContext.current?.id == context.id)
            return try await Tenant.$current.withValue("acme") { try await next() }
        }
    }

    @Test func runMaySetTaskLocals() async throws {
        let bench = bench(running: [Binding()])
        let result = try await bench.client.enqueue(Signature<String>(task: "tenant"))
        try await bench.runUntilIdle()
        #expect(try await result.value() == "acme")
    }

    @Test func runMayAnswerInPlaceOfTheTask() async throws {
        struct Answering: TaskMiddleware {
            func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue { 42 }
        }
        let bench = bench(running: [Answering()])
        let result = try await bench.client.enqueue(Fixture.add(1, 1))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 42)
        #expect(notes.all.isEmpty)
    }

    @Test func slowMiddlewareIsUnderTheTasksTimeLimit() async throws {
        struct Slow: TaskMiddleware {
            func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
                try await context.client.time.sleep(for: .seconds(3600))
                return try await next()
            }
        }
        let bench = bench(running: [Slow()])
        let result = try await bench.client.enqueue(Fixture.add(1, 1).set(timeLimit: .seconds(5)))
        try await bench.advance(by: .seconds(5))
        await #expect { try await result.value() } throws: {
            ($0 as? TaskError)?.failure?.type == "TimeLimitExceeded"
        }
        #expect(notes.all.isEmpty)
    }

    // MARK: Ends

    private final class Ends: TaskMiddleware {
        private let deliveries = Mutex<[EndedDelivery]>([])
        func ended(_ delivery: EndedDelivery) async throws { deliveries.withLock { $0.append(delivery) } }
        var all: [EndedDelivery] { deliveries.withLock(\.self) }
    }

    @Test(arguments: [
        ("succeed", DeliveryOutcome.succeeded), ("retry", .retried), ("snooze", .snoozed), ("reject", .rejected),
        ("ignore", .ignored), ("fail", .failed),
    ])
    func endTellsTheOutcome(_ how: String, _ outcome: DeliveryOutcome) async throws {
        let ends = Ends()
        let bench = bench(running: [ends])
        try await bench.client.enqueue(end(how), taskID: "one")
        try await bench.runUntilIdle()
        let end = try #require(ends.all.first)
        #expect(ends.all.count == 1)
        #expect(end.outcome == outcome && end.id == "one" && end.task == "end" && end.queue == "celery")
        #expect(end.attempt == 1 && end.runTime == .zero)
        #expect(end.value == (outcome == .succeeded ? 7 : nil))
        #expect((end.failure != nil) == [.retried, .rejected, .failed].contains(outcome))
        let dead: DeadLetter.Reason? = outcome == .failed ? .failed : outcome == .rejected ? .rejected : nil
        #expect(end.deadLetter == dead)
        let delay: Duration? = outcome == .retried ? .seconds(1) : outcome == .snoozed ? .seconds(3600) : nil
        #expect(end.nextRun == delay.map { bench.clock.date.addingTimeInterval(Double($0.components.seconds)) })
    }

    @Test func retryAndItsSuccessAreTwoEnds() async throws {
        let ends = Ends()
        let bench = bench(running: [ends])
        try await bench.client.enqueue(end("retry"))
        try await bench.advance(by: .seconds(1))
        #expect(ends.all.map(\.outcome) == [.retried, .succeeded])
    }

    @Test func expectedErrorIsAFailureWithoutDeadLetter() async throws {
        let ends = Ends()
        let bench = bench(running: [ends], options: TaskOptions(expectedErrors: [Broken.self]))
        try await bench.client.enqueue(end("fail"))
        try await bench.runUntilIdle()
        let end = try #require(ends.all.first)
        #expect(end.outcome == .failedAsExpected && end.outcome.isFailure && end.deadLetter == nil)
    }

    @Test func whatIsNotRunEndsToo() async throws {
        let ends = Ends()
        let bench = bench(running: [ends])
        try await bench.client.send("tasks.unknown", taskID: "unknown")
        try await bench.client.enqueue(end("late"), expires: .seconds(1), taskID: "late")
        try await bench.client.enqueue(end("never"), taskID: "revoked")
        try await bench.client.revoke("revoked")
        bench.clock.advance(by: .seconds(2))
        try await bench.runUntilIdle()
        let outcomes = Dictionary(uniqueKeysWithValues: ends.all.map { ($0.id, $0.outcome) })
        #expect(outcomes == ["unknown": .failed, "late": .expired, "revoked": .revoked])
        #expect(ends.all.allSatisfy { $0.runTime == nil })
        #expect(ends.all.first { $0.id == "unknown" }?.task == "tasks.unknown")
    }

    @Test func endComesWhenTheResultIsStored() async throws {
        final class Looking: TaskMiddleware {
            let states = Notes()
            let results = Mutex<(any ResultBackend)?>(nil)
            func ended(_ delivery: EndedDelivery) async throws {
                let stored = try await results.withLock(\.self)?.fetch([delivery.id])[delivery.id]
                states.add("\(stored?.state.rawValue ?? "none")")
            }
        }
        let looking = Looking()
        let bench = bench(running: [looking])
        looking.results.withLock { $0 = bench.client.results }
        try await bench.client.enqueue(Fixture.add(1, 1))
        try await bench.runUntilIdle()
        #expect(looking.states.all == ["SUCCESS"])
    }

    @Test func errorAtTheEndIsLoggedAndNothingIsLost() async throws {
        let log = InMemoryLogHandler()
        let bench = bench(
            running: [Noting(name: "outer", notes: notes), Noting(name: "inner", notes: notes, fails: "ended")],
            logger: Logger(label: "test") { _ in log })
        let result = try await bench.client.enqueue(Fixture.add(1, 1), taskID: "one")
        try await bench.runUntilIdle()
        #expect(try await result.value() == 2)
        #expect(notes.all.suffix(2) == ["inner ended succeeded", "outer ended succeeded"])
        let line = try #require(log.entries.first { $0.level == .error })
        #expect(line.message == "a middleware failed after the end of a task")
        #expect(line.metadata["task_id"] == "one" && line.metadata["middleware"] == "Noting")
        #expect(try await bench.client.queue("celery").depth().total == 0)
    }

    @Test func endThatIsNotReportedIsNotTold() async throws {
        let bench = bench(running: [Noting(name: "m", notes: notes)], faults: [.fail(.settle, on: 1)])
        try await bench.client.enqueue(Fixture.add(1, 1))
        try await bench.runUntilIdle()
        #expect(!notes.all.contains { $0.hasPrefix("m ended") })
        try await bench.advance(by: .seconds(60))
        #expect(notes.all.filter { $0.hasPrefix("m ended") }.count == 1)
    }

    @Test func publicFunctionsOfTheProtocolHaveDefaults() async throws {
        struct Nothing: TaskMiddleware {}
        let bench = bench(publishing: [Nothing()], running: [Nothing()])
        let result = try await bench.client.enqueue(Fixture.add(1, 1))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 2)
    }
}
