import Foundation
import GRDB
import MartletORM
import Synchronization
import Testing

@testable import MartletSQLite

/// Statements that run where they are asked for: the first time by way of GRDB, then without it.
@Suite(.timeLimit(.minutes(1))) struct StatementCacheTests {
    @Test func givesAKnownStatementTheColumnsOfItsTableToday() async throws {
        let database = try await Counters.empty()
        try await Counter.objects.create(Counter(name: "a"), on: database)
        var columns: [[String]] = []
        for _ in 1...2 { columns.append(try await database.rows("SELECT * FROM counter")[0].columns) }
        try await database.execute("ALTER TABLE counter ADD COLUMN colour TEXT DEFAULT 'red'")
        let row = try await database.rows("SELECT * FROM counter")[0]
        #expect(columns == [["id", "name", "value"], ["id", "name", "value"]])
        #expect(row.columns == ["id", "name", "value", "colour"])
        #expect(try row.value("colour") == "red")
        try await database.close()
    }

    @Test(arguments: [
        MartletORM.SQL(raw: "SELECT ?; "), "SELECT abs(-9223372036854775807 - 1)", "SELECT * FROM nowhere",
    ])
    func failsInTheSameWordsEachTime(sql: MartletORM.SQL) async throws {
        let database = try await Counters.empty()
        var errors: [ORMError] = []
        for _ in 1...3 {
            errors.append(try await #require(throws: ORMError.self) { try await database.rows(sql) })
        }
        #expect(Set(errors.map(\.message)).count == 1)
        #expect(Set(errors.compactMap(\.cause).map { "\($0)" }).count <= 1)
        try await database.close()
    }

    @Test func findsNoStatementOnceTheDatabaseIsClosed() async throws {
        let database = try await Counters.empty()
        for _ in 1...2 { _ = try await Counter.objects.all(on: database) }
        try await database.close()
        let error = await #expect(throws: ORMError.self) { try await Counter.objects.all(on: database) }
        #expect(error?.code == .closed)
    }

    @Test func letsOneThreadWorkAtATime() async throws {
        let temporary = try await Counters.empty()
        let connection = try SQLiteConnection.reader(path: try await Counters.path(of: temporary))
        let text = "SELECT 7"
        let isDone = DispatchSemaphore(value: 0)
        let rows = Mutex<[Int?]>([])
        let first = try connection.performInPlace(text) { try $0.decode([[]][...]) { _ in } }
        _ = try connection.performInPlace(text) { _ in
            Thread.detachNewThread {
                let found = try? connection.performInPlace(text) { try $0.decode([[]][...]) { _ in } }
                rows.withLock { $0.append(found) }
                isDone.signal()
            }
            isDone.wait()
        }
        #expect(first == 1)
        #expect(rows.withLock { $0 } == [nil])
        // What finds another at work goes to the queue, and waits there.
        #expect(try await connection.perform { try Int.fetchOne($0, sql: text) } == 7)
        try await temporary.close()
    }
}
