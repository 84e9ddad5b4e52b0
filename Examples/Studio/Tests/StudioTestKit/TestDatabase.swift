public import MartletORM
import MartletPostgres
import MartletSQLite
import MartletTesting

/// The databases that Studio's services are tested on.
public enum TestDatabase: String, CaseIterable, Sendable {
    /// A file.
    case sqlite
    /// A schema in a database of the tests' own server.
    case postgreSQL

    /// Both, or SQLite alone where PostgreSQL is not installed.
    public static var all: [TestDatabase] { PostgresServer.isExpected ? allCases : [.sqlite] }

    /// A new database with a service's migrations, in which `tx.enqueue` works.
    public func migrated(_ migrations: [Migration]) async throws -> Database {
        switch self {
        case .sqlite:
            let database = try SQLiteDatabase.temporary()
            try await Migrator([OutboxMigration.migration] + migrations).migrate(database)
            return database
        case .postgreSQL:
            let store = try PostgresStore(url: try await PostgresServer.shared().newDatabase(), keepsTasks: true)
            try await store.prepare("studio")
            let database = try store.database(of: "studio")
            try await Migrator(migrations).migrate(database)
            return database
        }
    }
}
