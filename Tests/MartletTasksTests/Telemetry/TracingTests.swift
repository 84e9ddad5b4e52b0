import Foundation
import InMemoryTracing
import MartletTasks
import MartletTesting
import ServiceContextModule
import Testing
import Tracing

@Suite(.timeLimit(.minutes(1))) struct TracingTests {
    private let tracer = W3CTracer()

    private func bench() -> TaskBench {
        let tracer = tracer
        var registry = TaskRegistry()
        registry.register("tasks.add", options: TaskOptions(queue: "sums")) { (x: Int, y: Int) in x + y }
        registry.register("tasks.sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        registry.register("tasks.parent") { (context: TaskContext) in
            tracer.startSpan("inside").end()
            try await context.client.enqueue(Fixture.add(1, 1), queue: "sums")
        }
        registry.register("flaky", options: TaskOptions(retry: .fixed(max: 1, delay: .seconds(60)))) {
            () throws -> Int in throw Broken()
        }
        registry.register("snooze") { () throws -> Int in throw Snooze(for: .seconds(600)) }
        return TaskBench(
            registry, options: WorkerOptions(tracer: tracer), clientOptions: TaskClient.Options(tracer: tracer))
    }

    private func only(_ name: String) throws -> FinishedInMemorySpan {
        let found = tracer.spans(named: name)
        #expect(found.count == 1)
        return try #require(found.first)
    }

    @Test func runGoesOnWithTheTraceOfItsSender() async throws {
        let bench = bench()
        let outer = tracer.startSpan("request")
        try await ServiceContext.$current.withValue(outer.context) {
            _ = try await bench.client.enqueue(Fixture.add(1, 2), queue: "sums", taskID: "one")
        }
        outer.end()
        try await bench.runUntilIdle()
        let (send, process) = (try only("send sums"), try only("process sums"))
        #expect(send.parentSpanID == outer.spanID && send.kind == .producer)
        #expect(process.parentSpanID == send.spanID && process.kind == .consumer)
        #expect(Set([outer.traceID, send.traceID, process.traceID]).count == 1)
        let message = try TaskMessage(wire: try #require(bench.broker.publications.first).message)
        #expect(message.headers.custom["traceparent"] == .string("00-\(send.traceID)-\(send.spanID)-01"))
        #expect(message.headers.custom["tracestate"] == "martlet=1")
    }

    @Test func spansHaveOpenTelemetrysAttributes() async throws {
        let bench = bench()
        try await bench.client.enqueue(Fixture.add(1, 2), queue: "sums", taskID: "one")
        try await bench.runUntilIdle()
        for (name, operation) in [("send sums", "send"), ("process sums", "process")] {
            let attributes = try only(name).attributes
            #expect(attributes.get("messaging.system") == .string("martlet"))
            #expect(attributes.get("messaging.operation.name") == .string(operation))
            #expect(attributes.get("messaging.operation.type") == .string(operation))
            #expect(attributes.get("messaging.destination.name") == .string("sums"))
            #expect(attributes.get("messaging.message.id") == .string("one"))
            #expect(attributes.get("messaging.message.conversation_id") == .string("one"))
            #expect(attributes.get("messaging.martlet.task.name") == .string("tasks.add"))
        }
        let process = try only("process sums")
        #expect(process.attributes.get("messaging.martlet.task.retries") == .int64(0))
        #expect(process.attributes.get("messaging.martlet.task.attempt") == .int64(1))
        let start = UInt64(bench.clock.date.timeIntervalSince1970) * 1_000_000_000
        #expect(process.startInstant.nanosecondsSinceEpoch == start, "spans go by the injected clock")
    }

    @Test func bulkIsOneSpanOfWhichAllGoOn() async throws {
        let bench = bench()
        try await bench.client.enqueue((1...3).map { Fixture.add($0, $0) }, queue: "sums")
        try await bench.runUntilIdle()
        let send = try only("send sums")
        #expect(send.attributes.get("messaging.batch.message_count") == .int64(3))
        #expect(send.attributes.get("messaging.message.id") == nil)
        #expect(tracer.spans(named: "process sums").map(\.parentSpanID) == [send.spanID, send.spanID, send.spanID])
    }

    @Test func whatATaskSendsIsInsideOfItsRun() async throws {
        let bench = bench()
        try await bench.client.send("tasks.parent")
        try await bench.runUntilIdle()
        let (parent, inside) = (try only("process celery"), try only("inside"))
        let (send, child) = (try only("send sums"), try only("process sums"))
        #expect(inside.parentSpanID == parent.spanID)
        #expect(send.parentSpanID == parent.spanID)
        #expect(child.parentSpanID == send.spanID && child.traceID == parent.traceID)
    }

    @Test func stepsOfAChainFollowEachOther() async throws {
        let bench = bench()
        try await bench.client.enqueue(Fixture.add(1, 1) | Fixture.add(2), queue: "sums")
        try await bench.runUntilIdle()
        let spans = tracer.all.filter { $0.operationName.hasSuffix("sums") }
        #expect(spans.map(\.operationName) == ["send sums", "process sums", "send sums", "process sums"])
        for (parent, child) in zip(spans, spans.dropFirst()) { #expect(child.parentSpanID == parent.spanID) }
        #expect(Set(spans.map(\.traceID)).count == 1)
    }

    @Test func bodyOfAChordIsInTheSameTrace() async throws {
        let bench = bench()
        let result = try await bench.client.enqueue(chord([Fixture.add(1, 1), Fixture.add(2, 2)], Fixture.sum()))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 6)
        #expect(tracer.all.count == 5)
        #expect(Set(tracer.all.map(\.traceID)).count == 1)
    }

    @Test func retryIsAnotherSpanOfTheSameSender() async throws {
        let bench = bench()
        try await bench.client.send("flaky")
        try await bench.advance(by: .seconds(60))
        let send = try only("send celery")
        let runs = tracer.spans(named: "process celery")
        #expect(runs.map(\.parentSpanID) == [send.spanID, send.spanID])
        #expect(runs.map { $0.attributes.get("messaging.martlet.task.retries") } == [.int64(0), .int64(1)])
        #expect(runs.allSatisfy { $0.status?.code == .error && $0.errors.count == 1 })
        #expect(runs.allSatisfy { $0.attributes.get("error.type") == .string("Broken") })
    }

    @Test func wishToRunLaterIsNoError() async throws {
        let bench = bench()
        try await bench.client.send("snooze")
        try await bench.runUntilIdle()
        let run = try only("process celery")
        #expect(run.status == nil && run.errors.isEmpty)
    }

    @Test func failureOfTheBrokerIsOnTheSpan() async throws {
        let client = TaskClient(
            broker: StubBroker { _ in throw Broken() }, results: MemoryResultBackend(),
            options: TaskClient.Options(publishRetry: .none, tracer: tracer))
        await #expect(throws: TaskError.self) { try await client.send("flaky") }
        let send = try only("send celery")
        #expect(send.status?.code == .error && send.errors.count == 1)
    }

    @Test func middlewareIsInsideOfTheSpans() async throws {
        struct Looking: TaskMiddleware {
            let notes: Notes
            func publish(
                _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
            ) async throws -> PublishedMessages {
                notes.add(ServiceContext.current?.inMemorySpanContext?.spanID ?? "none")
                return try await next(messages)
            }
            func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
                notes.add(ServiceContext.current?.inMemorySpanContext?.spanID ?? "none")
                return try await next()
            }
        }
        let looking = Looking(notes: Notes())
        var registry = TaskRegistry()
        registry.register("tasks.log") {}
        let bench = TaskBench(
            registry, options: WorkerOptions(middleware: [looking], tracer: tracer),
            clientOptions: TaskClient.Options(middleware: [looking], tracer: tracer))
        try await bench.client.enqueue(Fixture.log())
        try await bench.runUntilIdle()
        #expect(looking.notes.all == [try only("send celery").spanID, try only("process celery").spanID])
    }

    @Test func withoutTracerNothingIsInTheHeaders() async throws {
        let client = Fixture.client()
        try await client.enqueue(Fixture.add(1, 1))
        let received = try await client.broker.receive(from: ["celery"], limit: 1, lease: .seconds(1))
        #expect(try TaskMessage(wire: try #require(received.first).message).headers.custom.isEmpty)
    }
}
