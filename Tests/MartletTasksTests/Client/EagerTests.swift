import Logging
import MartletTasks
import MartletTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct EagerTests {
    private func client(propagates: Bool = false) -> TaskClient {
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("tasks.sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        registry.register("tasks.fail") { (_: Int) -> Int in throw Broken() }
        registry.register("tasks.stubborn", options: TaskOptions(retry: .fixed(max: 2, delay: .seconds(60)))) {
            (context: TaskContext) -> Int in
            guard context.retries == 2 else { throw Broken() }
            return context.retries
        }
        registry.register("tasks.parent") { (context: TaskContext) -> Int in
            try await context.client.enqueue(Fixture.add(20, 1)).value() * 2
        }
        return .eager(registry, results: MemoryResultBackend(), propagates: propagates)
    }

    @Test func taskHasRunWhenEnqueueReturns() async throws {
        let result = try await client().enqueue(Fixture.add(2, 3), countdown: .seconds(3600))
        #expect(try await result.state() == .success)
        #expect(try await result.value() == 5)
    }

    @Test func canvasRunsToItsEnd() async throws {
        let client = client()
        #expect(try await client.enqueue(Fixture.add(1, 1) | Fixture.add(2) | Fixture.add(3)).value() == 7)
        let numbers = (1...4).map { Fixture.add($0, 0) }
        #expect(try await client.enqueue(group(numbers)).value() == [1, 2, 3, 4])
        #expect(try await client.enqueue(chord(numbers, Fixture.sum()) | Fixture.add(1)).value() == 11)
    }

    @Test func retriesRunAtOnceAndAreCounted() async throws {
        let result = try await client().enqueue(Signature<Int>(task: "tasks.stubborn"))
        #expect(try await result.value() == 2)
    }

    @Test func taskMayEnqueueAndWait() async throws {
        #expect(try await client().enqueue(Signature<Int>(task: "tasks.parent")).value() == 42)
    }

    /// Notes what it is called for.
    private final class Witness: TaskMiddleware {
        let calls = Mutex<[String]>([])

        func publish(
            _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
        ) async throws -> PublishedMessages {
            calls.withLock { $0 += messages.map { "publish \($0.task)" } }
            return try await next(messages)
        }

        func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
            calls.withLock { $0.append("run \(context.task)") }
            return try await next()
        }

        func ended(_ delivery: EndedDelivery) async throws {
            calls.withLock { $0.append("ended \(delivery.task ?? "") \(delivery.outcome)") }
        }
    }

    @Test func middlewareIsAroundPublishingRunAndEnd() async throws {
        let witness = Witness()
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        let client = TaskClient.eager(registry, results: MemoryResultBackend(), middleware: [witness])
        #expect(try await client.enqueue(Fixture.add(2, 3)).value() == 5)
        #expect(
            witness.calls.withLock { $0 } == ["publish tasks.add", "run tasks.add", "ended tasks.add succeeded"])
    }

    @Test func errorIsStoredAndOnRequestThrown() async throws {
        let fail = Signature<Int>(task: "tasks.fail", arguments: [1])
        let result = try await client().enqueue(fail)
        #expect(try await result.state() == .failure)
        let propagating = client(propagates: true)
        await #expect { try await propagating.enqueue(fail) } throws: {
            ($0 as? TaskError)?.failure?.type == "Broken"
        }
    }
}
