import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct OpeningSnippets {
    @Test func open() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        // snippet: open
        let database = try PostgresDatabase.open(url, options: PostgresOptions(maxConnections: 4))
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        let counter = try await Counter.objects.create(Counter(name: "visits"), on: database)
        try await database.close()
        // snippet.end
        #expect(counter.id == 1)
    }

    @Test func together() async throws {
        let database = try await TestDatabase.counters()
        try await Counter.objects.bulkCreate(
            [Counter(name: "a", value: 1), Counter(name: "b", value: 2)], on: database)
        // snippet: together
        let (total, newest) = try await database.transaction { tx in
            async let total = Counter.objects.aggregate(on: tx) { $0.value.sum }
            async let newest = Counter.objects.order(by: \.id.descending).first(on: tx)
            return try await (total, newest)
        }
        // snippet.end
        #expect(total == 3 && newest?.name == "b")
        try await database.close()
    }

    @Test func hand() async throws {
        let database = try await TestDatabase.counters()
        try await Counter.objects.bulkCreate(
            [Counter(name: "a", value: 1), Counter(name: "b", value: 7)], on: database)
        let (names, limit) = (["a", "b"], 5)
        // snippet: hand
        let rows = try await database.rows(
            "SELECT id FROM counter WHERE name = ANY(\(names)) AND value > \(limit)::bigint + 1")
        // snippet.end
        #expect(rows.map(\.values) == [[.integer(2)]])
        try await database.close()
    }
}
