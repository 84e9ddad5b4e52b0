import Foundation
import InMemoryTracing
import MartletORM
import MartletSQLite
import MartletTasks
import MartletTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct OutboxTests {
    let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { directory.appending(path: name).path }

    private func database(_ path: String) async throws -> MartletORM.Database {
        let database = try SQLiteDatabase.open(path: path)
        try await Migrator([OutboxMigration.migration]).migrate(database)
        return database
    }

    struct Refused: Error {}

    @Test func taskIsSentWithTheTransactionOrNotAtAll() async throws {
        let path = path("app.sqlite")
        let database = try await database(path)
        let broker = try SQLiteBroker(path: path)
        await #expect(throws: Refused.self) {
            try await database.transaction { tx in
                try await tx.enqueue(Signature<Int>(task: "t"))
                throw Refused()
            }
        }
        #expect(try await broker.depth(of: "celery").total == 0)
        let result = try await database.transaction { tx in
            try await tx.enqueue(Signature<Int>(task: "t", arguments: [7]), queue: "fast", priority: 3)
        }
        let received = try await broker.receive(from: ["fast"], limit: 5, lease: .seconds(10))
        #expect(received.map(\.message.id) == [result.id])
        #expect(try TaskMessage(wire: received[0].message).arguments == [7])
        await #expect { try await result.value() } throws: { "\($0)".contains("client.result(of:") }
    }

    struct Refusing: TaskMiddleware {
        func publish(
            _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
        ) async throws -> PublishedMessages { throw Refused() }
    }

    @Test func transactionIsTracedAndGoesThroughTheMiddleware() async throws {
        let path = path("app.sqlite")
        let database = try await database(path)
        let broker = try SQLiteBroker(path: path)
        let tracer = InMemoryTracer()
        func client(_ middleware: [any TaskMiddleware] = []) -> TaskClient {
            TaskClient(
                broker: broker, results: MemoryResultBackend(),
                options: TaskClient.Options(middleware: middleware, tracer: tracer))
        }
        _ = try await database.transaction { tx in
            try await tx.enqueue(Signature<Int>(task: "t"), client: client())
        }
        await #expect(throws: Refused.self) {
            try await database.transaction { tx in
                try await tx.enqueue(Signature<Int>(task: "t"), client: client([Refusing()]))
            }
        }
        let received = try await broker.receive(from: ["celery"], limit: 5, lease: .seconds(10))
        #expect(received.count == 1)
        let span = try #require(tracer.finishedSpans.first)
        #expect(span.operationName == "send celery" && span.errors.isEmpty)
        let headers = try TaskMessage(wire: received[0].message).headers
        #expect(headers.custom[InMemoryTracer.spanIDKey] == .string(span.spanID))
        let since = try #require(received[0].publishedAt).timeIntervalSinceNow
        #expect(since > -60 && since <= 0)
    }

    @Test func relayCarriesOnce() async throws {
        let database = try await database(path("app.sqlite"))
        let broker = MemoryBroker()
        let relay = try OutboxRelay(from: path("app.sqlite"), to: broker)
        let client = TaskClient(broker: broker, results: MemoryResultBackend())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await relay.run() }
            let sent = try await database.transaction { tx in
                try await tx.enqueue(Signature<Int>(task: "t"), client: client)
            }
            let received = try await broker.receive(from: ["celery"], limit: 5, lease: .seconds(10))
            #expect(received.map(\.message.id) == [sent.id])
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func relayKilledBeforeItRemovesWhatItPublishedRunsNothingAgain() async throws {
        let database = try await database(path("app.sqlite"))
        var registry = TaskRegistry()
        registry.register("t") { 7 }
        // The relay never learns that its first message has arrived, as if it had been killed.
        let bench = TaskBench(registry, faults: [.loseReply(of: .publish, on: 1)])
        let relay = try OutboxRelay(from: path("app.sqlite"), to: bench.broker)
        let client = bench.client
        let sent = try await database.transaction { tx in
            try await tx.enqueue(Signature<Int>(task: "t"), client: client)
        }
        await #expect(throws: TaskError.self) { try await relay.carry() }
        try await bench.runUntilIdle()
        #expect(try await bench.broker.depth(of: "celery").total == 0, "it is done and forgotten")
        #expect(try await relay.carry() == 1)
        #expect(try await bench.broker.depth(of: "celery").total == 1, "it is there again")
        try await bench.runUntilIdle()
        #expect(bench.trace.lines(of: sent.id).count { $0.event == .started } == 1)
        #expect(try await bench.broker.depth(of: "celery").total == 0)
        #expect(try await sent.value() == 7)
    }

    @Test func uniqueTaskIsEnqueuedOnceAndItsLockTravels() async throws {
        let database = try await database(path("app.sqlite"))
        let broker = MemoryBroker()
        let relay = try OutboxRelay(from: path("app.sqlite"), to: broker)
        func enqueue() async throws {
            let signature = Signature<Int>(task: "t", arguments: [7], options: TaskOptions(unique: .untilDone()))
            try await database.transaction { tx in _ = try await tx.enqueue(signature) }
        }
        try await enqueue()
        try await enqueue()
        #expect(try await relay.carry() == 1, "the lock holds in the outbox")
        try await enqueue()
        #expect(try await relay.carry() == 1, "what was carried frees the lock of the outbox")
        let depth = try await broker.depth(of: "celery")
        #expect(depth.ready == 1, "the broker refuses a message whose lock is held")
    }

    @Test func refusedUniqueTaskGivesTheResultOfTheOneThatIsThere() async throws {
        let path = path("app.sqlite")
        let database = try await database(path)
        let client = TaskClient(
            broker: try SQLiteBroker(path: path), results: try SQLiteResultBackend(path: path))
        let signature = Signature<Int>(task: "t", arguments: [7], options: TaskOptions(unique: .untilDone()))
        let (first, second) = try await database.transaction { tx in
            (try await tx.enqueue(signature, client: client), try await tx.enqueue(signature, client: client))
        }
        #expect(!first.isDuplicate && second.isDuplicate)
        #expect(second.id == first.id)
        try await client.results.store([TaskResult(taskID: first.id, state: .success, value: 49)])
        #expect(try await second.value() == 49)
    }

    @Test func relayToItsOwnFileIsRefused() throws {
        let broker = try SQLiteBroker(path: path("same.sqlite"))
        #expect { try OutboxRelay(from: path("same.sqlite"), to: broker) } throws: { "\($0)".contains("same.sqlite") }
    }
}
