import Foundation
import GRDB
import Testing

@testable import MartletSQLite

@Suite(.timeLimit(.minutes(1))) struct SQLiteConnectionTests {
    /// `sqlite3_interrupt` does nothing while no statement runs.
    @Test func cancelsWorkThatHasBegunButTakenNoStepYet() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "cancelled-\(UUID()).sqlite").path
        let connection = try SQLiteConnection.writer(path: path, synchronous: .off)
        let (started, signal) = AsyncStream<Void>.makeStream()
        let isCancelled = DispatchSemaphore(value: 0)
        let task = Task {
            try await connection.perform { database in
                signal.yield()
                isCancelled.wait()
                return try Int.fetchOne(
                    database,
                    sql: "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
            }
        }
        for await _ in started { break }
        task.cancel()
        isCancelled.signal()
        await #expect(throws: DatabaseError.self) { try await task.value }
        #expect(try await connection.perform { try Int.fetchOne($0, sql: "SELECT 7") } == 7)
    }
}
