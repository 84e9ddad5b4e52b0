import MartletTasks
import MartletTesting
import MetricsTestKit
import Testing

// The code of the article "Middleware, metrics, spans and logs": Scripts/checks/snippets.sh compares each region with the
// block of its name.

actor Pager {
    private(set) var alarms: [String] = []
    func alert(_ text: String) { alarms.append(text) }
}

// snippet: middleware
struct TenantMiddleware: TaskMiddleware {
    @TaskLocal static var tenant: String?

    func publish(
        _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
    ) async throws -> PublishedMessages {
        guard let tenant = Self.tenant else { throw TaskError(.invalidArgument, "a task is sent for no tenant") }
        return try await next(
            messages.map { message in
                var message = message
                message.headers.custom["tenant"] = .string(tenant)
                return message
            })
    }

    func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
        let tenant = context.message.headers.custom["tenant"]?.stringValue
        return try await Self.$tenant.withValue(tenant) { try await next() }
    }
}
// snippet.end

// snippet: ended
struct PagerMiddleware: TaskMiddleware {
    let pager: Pager

    func ended(_ delivery: EndedDelivery) async throws {
        guard delivery.outcome == .failed, let failure = delivery.failure else { return }
        await pager.alert("\(delivery.task ?? "a message") \(delivery.id): \(failure)")
    }
}
// snippet.end

@Suite(.timeLimit(.minutes(1))) struct TelemetrySnippets {
    @Test func tenantTravelsWithItsTasks() async throws {
        var registry = TaskRegistry()
        registry.register("tenant") { TenantMiddleware.tenant }
        let bench = TaskBench(
            registry, options: WorkerOptions(middleware: [TenantMiddleware()]),
            clientOptions: TaskClient.Options(middleware: [TenantMiddleware()]))
        let call = Signature<String?>(task: "tenant")
        await #expect(throws: TaskError.self) { try await bench.client.enqueue(call) }
        let result = try await TenantMiddleware.$tenant.withValue("acme") { try await bench.client.enqueue(call) }
        try await bench.runUntilIdle()
        #expect(try await result.value() == "acme")
    }

    @Test func failureIsPaged() async throws {
        let pager = Pager()
        var registry = TaskRegistry()
        registry.register("fail") { () throws -> Int in throw CardDeclined() }
        let bench = TaskBench(registry, options: WorkerOptions(middleware: [PagerMiddleware(pager: pager)]))
        try await bench.client.send("fail", taskID: "one")
        try await bench.runUntilIdle()
        #expect(await pager.alarms == ["fail one: CardDeclined: CardDeclined()"])
    }

    @Test func metricsHaveAFactoryOfTheirOwn() async throws {
        let registry = TaskRegistry()
        let factory = TestMetrics()
        let bench = TaskBench(ShopTasks())
        let tasks = bench.client
        // snippet: factories
        let worker = Worker(
            registry: registry, client: tasks,
            options: WorkerOptions(metrics: factory, metricsInterval: .seconds(60)))
        // snippet.end
        #expect(worker.queues == ["celery"])
        #expect(factory.counters.isEmpty)
    }
}
