import Foundation
import Logging
import MartletTasks
import MartletTesting
import ServiceContextModule
import Synchronization
import Testing

/// A worker on the memory broker, run for the time of one test.
struct Bench: Sendable {
    let broker: MemoryBroker
    let results = MemoryResultBackend()
    let client: TaskClient

    /// - Parameter wrap: Makes the broker that client and worker use of the memory broker.
    init(time: TimeSource = .system, wrap: (MemoryBroker) -> any Broker = { $0 }) {
        broker = MemoryBroker(time: time)
        client = TaskClient(broker: wrap(broker), results: results, time: time)
    }

    func run<Value: Sendable>(
        _ registry: TaskRegistry, options: WorkerOptions = WorkerOptions(drainTimeout: .milliseconds(200)),
        logger: Logger = Logger(label: "martlet.worker"), _ body: @Sendable (Worker) async throws -> Value
    ) async throws -> Value {
        let worker = Worker(registry: registry, client: client, options: options, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            let value = try await body(worker)
            worker.stop()
            try await group.waitForAll()
            return value
        }
    }
}

struct Broken: Error {}

@Suite(.timeLimit(.minutes(1))) struct WorkerTests {
    let bench = Bench()

    private func arithmetic() -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("tasks.sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        registry.register("tasks.total") { (lists: [[Int]]) in lists.joined().reduce(0, +) }
        registry.register("tasks.name") { (id: Int) in "name \(id)" }
        registry.register("tasks.log") {}
        registry.register("tasks.fail") { (_: Int) -> Int in throw Broken() }
        return registry
    }

    @Test func runsATaskAndStoresItsResult() async throws {
        try await bench.run(arithmetic()) { worker in
            let five = try await bench.client.enqueue(Fixture.add(2, 3)).value()
            #expect(five == 5)
            try await bench.client.enqueue(Fixture.log()).value()
            #expect(try await bench.client.send("tasks.add", arguments: [1, 2]).value() == 3)
        }
        #expect(try await bench.broker.depth(of: "celery").total == 0)
    }

    @Test func chainGroupAndChordGiveTheirValues() async throws {
        let numbers = (1...20).map { Fixture.add($0, 0) }
        let client = bench.client
        try await bench.run(arithmetic()) { _ in
            let chained = try await client.enqueue(Fixture.add(1, 1) | Fixture.add(2) | Fixture.add(3)).value()
            #expect(chained == 7)
            let listed = try await client.enqueue(group(numbers)).value()
            #expect(listed == Array(1...20))
            let summed = try await client.enqueue(chord(numbers, Fixture.sum())).value()
            #expect(summed == 210)
            let empty = try await client.enqueue(chord([Signature<Int>](), Fixture.sum())).value()
            #expect(empty == 0)
            let (five, name) = try await client.enqueue(group(Fixture.add(2, 3), Fixture.name(7))).value()
            #expect(five == 5 && name == "name 7")
        }
    }

    @Test func nestedCanvasGivesItsValue() async throws {
        let pair = group([Fixture.add(1, 2), Fixture.add(3, 4)])
        let total = PartialSignature<[[Int]], Int>(task: "tasks.total")
        let inner = chord([Fixture.add(1, 1), Fixture.add(2, 2)], Fixture.sum())
        let chained = Fixture.add(1, 1) | Fixture.add(5)
        let signatures: [Signature<Int>] = [
            chord([pair, pair], total),
            chord([inner, chained], Fixture.sum()),
            pair | Fixture.sum() | Fixture.add(5),
            Fixture.add(1, 1) | inner,
        ]
        let values = try await bench.run(arithmetic()) { _ in
            var values: [Int] = []
            for signature in signatures { values.append(try await bench.client.enqueue(signature).value()) }
            return values
        }
        #expect(values == [20, 13, 15, 6])
    }

    @Test func failureGoesThroughTheChain() async throws {
        try await bench.run(arithmetic()) { _ in
            let fail = PartialSignature<Int, Int>(task: "tasks.fail")
            let result = try await bench.client.enqueue(Fixture.add(1, 1) | fail | Fixture.add(3) | Fixture.add(4))
            await #expect { try await result.value() } throws: { ($0 as? TaskError)?.failure?.type == "Broken" }
        }
        #expect(try await bench.broker.deadLetters(limit: 9).map(\.reason) == [.failed])
    }

    @Test func failedMemberFailsTheChord() async throws {
        try await bench.run(arithmetic()) { _ in
            let fail = Signature<Int>(task: "tasks.fail", arguments: [1])
            let result = try await bench.client.enqueue(
                chord([Fixture.add(1, 1), fail], Fixture.sum()) | Fixture.add(1))
            await #expect { try await result.value() } throws: {
                ($0 as? TaskError)?.failure?.type == "ChordError"
            }
        }
    }

    @Test func wrongArgumentsNameTheField() async throws {
        var registry = TaskRegistry()
        registry.register("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            #expect(try await answer([1], ["y": 2]) == "3")
            #expect(try await answer([1], ["y": "two"]).contains("argument 'y'"))
            #expect(try await answer([1], [:]).contains("argument 'y' is missing"))
            #expect(try await answer([1, 2, 3], [:]).contains("takes 2 arguments, but 3 were given"))
            #expect(try await answer([1, 2], ["y": 2]).contains("two values for argument 'y'"))
            #expect(try await answer([1, 2], ["z": 2]).contains("unexpected argument 'z'"))
        }
        #expect(try await bench.broker.deadLetters(limit: 9).allSatisfy { $0.reason == .invalidArguments })
    }

    @Test func wrongArgumentNamesTheFieldInside() async throws {
        struct Order: Codable {
            struct Line: Codable { var amount: Int }
            var lines: [Line]
        }
        var registry = TaskRegistry()
        registry.register("tasks.order", parameters: ["order"]) { (order: Order) in order.lines.count }
        let wrong: [(JSONValue, String)] = [
            (["lines": [["amount": 1], ["amount": "x"]]], "argument 'order': field 'lines[1].amount': expected Int"),
            (["lines": [["price": 1]]], "argument 'order': field 'lines[0].amount' is missing"),
        ]
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            for (order, words) in wrong {
                let result = try await bench.client.send("tasks.order", keywords: ["order": order])
                await #expect { try await result.value() } throws: { "\($0)".contains(words) }
            }
        }
    }

    /// The result of a call of `tasks.add`, or its error, as text.
    private func answer(_ arguments: [JSONValue], _ keywords: [String: JSONValue]) async throws -> String {
        let result = try await bench.client.send("tasks.add", arguments: arguments, keywords: keywords)
        do {
            return "\(try await result.value())"
        } catch { return "\(error)" }
    }

    @Test func unknownAndMalformedMessagesBecomeDeadLetters() async throws {
        try await bench.run(arithmetic()) { _ in
            let unknown = try await bench.client.send("nobody.knows")
            await #expect(throws: TaskError.self) { try await unknown.value() }
            try await bench.broker.publish([
                WireMessage(id: "junk", queue: "celery", headers: [1, 2], properties: [], body: [3])
            ])
            #expect(try await bench.results.wait(for: "junk").state == .failure)
        }
        let reasons = try await bench.broker.deadLetters(limit: 9).map(\.reason)
        #expect(Set(reasons) == [.unknownTask, .undecodable])
    }

    @Test func requestIDTravelsWithTheTask() async throws {
        var registry = TaskRegistry()
        registry.register("outer") { (context: TaskContext) in
            try await context.client.send("inner").id
        }
        registry.register("inner") { (context: TaskContext) -> [String?] in
            [ServiceContext.current?.requestID, context.rootID, context.message.headers.parentID]
        }
        try await bench.run(registry) { _ in
            var context = ServiceContext.topLevel
            context.requestID = "req-1"
            let outer = try await ServiceContext.withValue(context) { try await bench.client.send("outer") }
            let inner = try #require(try await outer.value().stringValue)
            let seen = try await bench.client.result(of: inner, as: [String?].self).value()
            #expect(seen == ["req-1", outer.id, outer.id])
        }
    }

    @Test func progressIsStored() async throws {
        var registry = TaskRegistry()
        let gate = Gate()
        registry.register("long") { (context: TaskContext) in
            try await context.update(progress: 3, of: 4, message: "nearly")
            await gate.pass()
        }
        try await bench.run(registry) { _ in
            let result = try await bench.client.enqueue(Signature<Void>(task: "long"))
            await gate.waitForArrival()
            #expect(try await result.progress() == TaskProgress(done: 3, total: 4, message: "nearly"))
            #expect(try await result.state() == .progress)
            gate.open()
            try await result.value()
        }
    }

    @Test func callbacksAndErrbacksRun() async throws {
        var registry = arithmetic()
        let seen = Mailbox<String>()
        registry.register("note") { (text: JSONValue) in seen.put(text.description) }
        try await bench.run(registry) { _ in
            let note = PartialSignature<Int, Void>(task: "note")
            try await bench.client.enqueue(Fixture.add(1, 2).onSuccess(note))
            #expect(await seen.take() == "3")
            let failed = try await bench.client.enqueue(
                Signature<Int>(task: "tasks.fail", arguments: [1]).onError(PartialSignature<String, Void>(task: "note"))
            )
            #expect(await seen.take() == "\"\(failed.id)\"")
        }
    }

    @Test func twoTasksOfOneNameAreRefused() async {
        var registry = arithmetic()
        registry.register("tasks.add") { (x: Int) in x }
        let worker = Worker(registry: registry, client: bench.client)
        await #expect { try await worker.run() } throws: { "\($0)".contains("tasks.add") }
    }
}
