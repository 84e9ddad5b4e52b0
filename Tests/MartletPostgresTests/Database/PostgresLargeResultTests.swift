import MartletORM
import MartletPostgres
import MartletTesting
import Testing

/// Results that are decoded on two threads.
@Suite(.postgres) struct PostgresLargeResultTests {
    @Test func keepsTheOrderOfALargeResult() async throws {
        let database = try await TestDatabase.counters()
        try await fill(database, 9_001)
        let counters = try await Counter.objects.order(by: \.id.descending).all(on: database)
        #expect(counters.map(\.value) == (1...9_001).reversed())
        #expect(counters.allSatisfy { $0.name == "counter \($0.value)" })
        try await database.close()
    }

    @Test(arguments: [1, 4_500, 4_501, 9_000])
    func reportsARowThatCannotBeDecoded(position: Int) async throws {
        let database = try await TestDatabase.counters()
        try await fill(database, 9_000)
        let statement: SQL = """
            SELECT id, CASE WHEN value = \(position) THEN NULL ELSE name END AS name, value FROM counter
            """
        let error = await #expect(throws: ORMError.self) {
            _ = try await Counter.objects.raw(statement).order(by: \.id).all(on: database)
        }
        #expect(error?.code == .decoding && error?.columns == ["name"])
        #expect(try await Counter.objects.count(on: database) == 9_000, "The connection is none the worse for it.")
        try await database.close()
    }

    private func fill(_ database: MartletORM.Database, _ count: Int) async throws {
        try await database.execute(
            """
            INSERT INTO counter (name, value)
            SELECT 'counter ' || number, number FROM generate_series(1, \(count)) AS number ORDER BY number
            """)
    }
}
