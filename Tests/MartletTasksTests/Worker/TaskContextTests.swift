import Foundation
import Logging
import MartletTasks
import MartletTesting
import Testing

/// What a running task can know of itself.
@Suite(.timeLimit(.minutes(1))) struct TaskContextTests {
    private let bench = Bench()

    @Test func taskKnowsItsDelivery() async throws {
        var registry = TaskRegistry()
        registry.register("t") { (context: TaskContext) -> [JSONValue] in
            let info = context.deliveryInfo
            return [
                .string(info.queue), .integer(info.priority), .bool(info.isRedelivered), .bool(context.isEager),
                context.parentID.map(JSONValue.string) ?? .null,
            ]
        }
        let call = Signature<[JSONValue]>(task: "t", options: TaskOptions(queue: "fast", priority: 4))
        try await bench.run(registry, options: WorkerOptions(queues: ["fast"])) { (_: Worker) async throws -> Void in
            #expect(try await bench.client.enqueue(call).value() == ["fast", 4, false, false, nil])
        }
        let eager = TaskClient.eager(registry, results: MemoryResultBackend())
        #expect(try await eager.enqueue(call).value()[3] == true)
    }

    @Test func childrenAreKnownUnlessTheCallOrTheTaskHidesThem() async throws {
        var registry = TaskRegistry()
        let parent: @Sendable (TaskContext) async throws -> Int = { context in
            try await context.client.enqueue(Fixture.log(), queue: "later", taskID: "\(context.task)-seen")
            try await context.client.enqueue(Fixture.log().set(addsToParent: false), queue: "later")
            return context.children.count
        }
        registry.register("parent") { (context: TaskContext) in try await parent(context) }
        registry.register("hiding", options: TaskOptions(trail: false)) { (context: TaskContext) in
            try await parent(context)
        }
        registry.register("after") {}
        try await bench.run(registry, options: WorkerOptions(queues: ["celery"])) {
            (_: Worker) async throws -> Void in
            let seen = try await bench.client.enqueue(Signature<Int>(task: "parent"))
            #expect(try await seen.value() == 1)
            #expect(try await seen.children().map(\.id) == ["parent-seen"])
            let hiding = try await bench.client.enqueue(
                Signature<Int>(task: "hiding").onSuccess(Signature<Void>(task: "after")))
            #expect(try await hiding.value() == 1)
            #expect(try await hiding.children().isEmpty)
        }
    }

    @Test func loggerCarriesTheIDs() async throws {
        var registry = TaskRegistry()
        registry.register("t") { (context: TaskContext) in context.logger.notice("from the task") }
        let recorder = LogRecorder()
        let result = try await bench.run(registry, logger: recorder.logger) {
            (_: Worker) async throws -> AsyncResult<Void> in
            let result = try await bench.client.enqueue(Signature<Void>(task: "t"))
            try await result.value()
            return result
        }
        let line = try #require(recorder.lines.first { $0.message == "from the task" })
        #expect(line.metadata["task"] == "t")
        #expect(line.metadata["task_id"] == result.id && line.metadata["root_id"] == result.id)
    }

    @Test func functionCalledDirectlyHasNoContext() async throws {
        struct Tasks {
            func isCalledDirectly() -> Bool { TaskContext.current == nil }
        }
        var registry = TaskRegistry()
        registry.register("t") { Tasks().isCalledDirectly() }
        #expect(Tasks().isCalledDirectly())
        #expect(BillingTasks(host: "example.org").total([1, 2]) == 3)
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            #expect(try await bench.client.enqueue(Signature<Bool>(task: "t")).value() == false)
        }
    }
}
