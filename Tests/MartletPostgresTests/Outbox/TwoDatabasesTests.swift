import Foundation
import MartletORM
import MartletPostgres
import MartletSQLite
import MartletTasks
import MartletTesting
import Testing

/// One file that imports both adapters, and enqueues in transactions of both.
@Suite(.postgres, .timeLimit(.minutes(2))) struct TwoDatabasesTests {
    @Test func eachTransactionSendsToItsOwnBroker() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "app.sqlite").path
        let url = try await PostgresServer.shared().newDatabase()

        let sqlite = try SQLiteDatabase.open(path: file)
        try await Migrator([OutboxMigration.migration]).migrate(sqlite)
        let postgres = try PostgresDatabase.open(url)
        try await Migrator([PostgresBroker.migration]).migrate(postgres)

        let brokers: [(Database, any Broker)] = [
            (sqlite, try SQLiteBroker(path: file)), (postgres, try PostgresBroker(url: url)),
        ]
        for (database, broker) in brokers {
            let sent = try await database.transaction { tx in try await tx.enqueue(Signature<Int>(task: "t")) }
            let received = try await broker.receive(from: ["celery"], limit: 5, lease: .seconds(10))
            #expect(received.map(\.message.id) == [sent.id])
            try await database.close()
        }
    }

    @Test func aDriverThatKeepsNoMessagesSaysSo() async throws {
        let postgres = try await TestDatabase.empty()
        let database = Database(driver: Plain(inner: postgres))
        let error = await #expect(throws: TaskError.self) {
            try await database.transaction { tx in try await tx.enqueue(Signature<Int>(task: "t")) }
        }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("cannot take tasks with it") == true)
        try await postgres.close()
    }

    /// A driver of somebody's own, made on another database.
    private struct Plain: DatabaseDriver {
        let inner: Database
        var dialect: Dialect { inner.dialect }

        func withSession<Value>(
            _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
        ) async throws -> Value {
            try await inner.withSession(kind) { try await body(Session(inner: $0)) }
        }

        func close() async throws {}

        struct Session: DatabaseSession {
            let inner: any DatabaseSession
            var dialect: Dialect { inner.dialect }

            func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts {
                try await inner.run(statement, into: sink)
            }
        }
    }
}
