import Logging
import MartletORM
import MartletPostgres
import MartletTasks
import MartletTesting
import Testing

@Suite(.postgres, .timeLimit(.minutes(2))) struct PostgresStoreTests {
    @Model("account")
    struct Account {
        var id: Int
        var name: String
    }

    private static let migrations = [Migration("0001", creating: [Account.self])]

    private func migrated(_ store: PostgresStore, _ service: String) async throws -> Database {
        try await store.prepare(service)
        let database = try store.database(of: service)
        try await Migrator(store.migrations + Self.migrations).migrate(database)
        return database
    }

    @Test func eachServiceHasASchemaOfItsOwn() async throws {
        let store = try PostgresStore(url: try await PostgresServer.shared().newDatabase(), keepsTasks: true)
        let billing = try await migrated(store, "billing")
        let shop = try await migrated(store, "web-shop")
        _ = try await Account.objects.create(Account(name: "Ada"), on: billing)
        #expect(try await Account.objects.count(on: billing) == 1)
        #expect(try await Account.objects.count(on: shop) == 0)
        let rows = try await shop.rows(
            "SELECT schemaname::text AS schema FROM pg_tables WHERE tablename = 'account' ORDER BY 1")
        #expect(rows.map { $0["schema"] } == [.text("billing"), .text("web-shop")])
        try await billing.close()
        try await shop.close()
    }

    @Test func preparingAndMigratingTwiceAddsNothing() async throws {
        let store = try PostgresStore(url: try await PostgresServer.shared().newDatabase(), keepsTasks: true)
        let database = try await migrated(store, "billing")
        try await store.prepare("billing")
        #expect(try await Migrator(Self.migrations).migrate(database).isEmpty)
        try await database.close()
    }

    @Test func aTransactionReachesTheBroker() async throws {
        let store = try PostgresStore(url: try await PostgresServer.shared().newDatabase(), keepsTasks: true)
        let database = try await migrated(store, "billing")
        let (broker, results) = try store.tasks()
        async let received = broker.receive(from: ["celery"], limit: 1, lease: .seconds(10))
        let client = TaskClient(broker: broker, results: results)
        let sent = try await database.transaction { try await $0.enqueue(Signature<Int>(task: "t"), client: client) }
        #expect(try await received.map(\.message.id) == [sent.id])
        #expect(try store.outboxRelay(of: "billing", to: broker, logger: Logger(label: "test")) == nil)
        try await database.close()
    }

    /// The service's URL may be the same database under another name: nothing may be lost then either.
    @Test func anOutboxIsCarriedToABrokerElsewhere() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let (broker, _) = try PostgresStore(url: url, keepsTasks: true).tasks()
        let store = try PostgresStore(url: url + "&application_name=moved", keepsTasks: false)
        let database = try await migrated(store, "billing")
        let relay = try #require(
            try store.outboxRelay(of: "billing", to: broker, logger: Logger(label: "test")) as? PostgresOutboxRelay)
        let unique = Signature<Int>(task: "t", options: TaskOptions(unique: .untilDone()))
        let sent = try await database.transaction { tx in
            _ = try await tx.enqueue(Signature<Int>(task: "t"), countdown: .seconds(3600))
            return try await tx.enqueue(unique)
        }
        #expect(try await broker.depth(of: "celery").total == 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await relay.run() }
            let received = try await broker.receive(from: ["celery"], limit: 5, lease: .seconds(10))
            #expect(received.map(\.message.id) == [sent.id])
            // The relay waits, and is woken by the commit.
            let next = try await database.transaction { tx in try await tx.enqueue(Signature<Int>(task: "t")) }
            let more = try await broker.receive(from: ["celery"], limit: 5, lease: .seconds(10))
            #expect(more.map(\.message.id) == [next.id])
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(try await broker.depth(of: "celery").delayed == 1)
        #expect(try await relay.carry() == 0)
        try await database.close()
    }

    @Test func aRelayKilledBeforeItRemovesWhatItPublishedRunsNothingAgain() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url)
        try await Migrator([PostgresBroker.migration]).migrate(database)
        var registry = TaskRegistry()
        registry.register("t") { 7 }
        // The relay never learns that its first message has arrived, as if it had been killed.
        let bench = TaskBench(registry, faults: [.loseReply(of: .publish, on: 1)])
        let relay = try PostgresOutboxRelay(from: url, to: bench.broker)
        let client = bench.client
        let sent = try await database.transaction { tx in
            try await tx.enqueue(Signature<Int>(task: "t"), client: client)
        }
        await #expect(throws: TaskError.self) { try await relay.carry() }
        try await bench.runUntilIdle()
        #expect(try await relay.carry() == 1)
        try await bench.runUntilIdle()
        #expect(bench.trace.lines(of: sent.id).count { $0.event == .started } == 1)
        #expect(try await sent.value() == 7)
        try await database.close()
    }

    @Test func aRelayToItsOwnDatabaseIsRefused() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let broker = try PostgresBroker(url: url)
        #expect(throws: TaskError.self) { try PostgresOutboxRelay(from: url, to: broker) }
    }

    @Test(arguments: [
        "postgres://ada:hunter2/x@h/db", "postgres://ada:12/hunter2@h/db", "postgres://ada:hunter2?/x@h/db",
        "postgres://ada:hunter2@h/db?nope=1",
    ])
    func refusesAWrongURLWithoutRepeatingIt(_ url: String) {
        let error = #expect(throws: ORMError.self) { try PostgresStore(url: url, keepsTasks: true) }
        #expect(error?.code == .invalidQuery)
        #expect(error.map { "\($0)".contains("hunter2") } == false, "\(String(describing: error))")
    }

    @Test(arguments: [
        "postgres://ada:hunter2%2Fx@h:5432/db", "postgres://h/db?user=ada", "postgres:///db?host=/run/postgresql",
        "postgresql://[::1]:5432,b:5433/db", "postgres://[::1]/db",
    ])
    func takesARightURL(_ url: String) throws {
        _ = try PostgresStore(url: url, keepsTasks: true)
    }

    @Test(arguments: ["martlet", "pg_billing", String(repeating: "x", count: 51)])
    func refusesAServiceThatCannotBeASchema(_ name: String) throws {
        let store = try PostgresStore(url: "postgres://h/x", keepsTasks: true)
        let error = #expect(throws: ORMError.self) { try store.database(of: name) }
        #expect(error?.message.contains("Take another name") == true)
    }
}
