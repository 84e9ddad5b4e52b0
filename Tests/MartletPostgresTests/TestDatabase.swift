import MartletORM
import MartletPostgres
import MartletTesting
import Testing

/// Databases of the server that all tests of a run share.
enum TestDatabase {
    /// A new, empty database.
    static func empty(options: PostgresOptions = PostgresOptions()) async throws -> Database {
        try PostgresDatabase.open(try await PostgresServer.shared().newDatabase(), options: options)
    }

    /// A database in which nothing is left, which takes less time than a new one.
    static func emptied(_ url: String, options: PostgresOptions) async throws -> Database {
        let database = try PostgresDatabase.open(url, options: options)
        try await database.execute("DROP SCHEMA public CASCADE")
        try await database.execute("CREATE SCHEMA public")
        return database
    }

    /// A new database with a table of counters.
    static func counters(options: PostgresOptions = PostgresOptions()) async throws -> Database {
        let database = try await empty(options: options)
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        return database
    }
}

@Model("counter")
struct Counter: Equatable {
    var id: Int
    @Unique var name: String
    var value: Int = 0
}

extension Trait where Self == ConditionTrait {
    /// Runs a test where PostgreSQL is installed, and in CI; elsewhere it is reported as skipped.
    static var postgres: Self {
        .enabled(if: PostgresServer.isExpected, "PostgreSQL is not installed: apt-get install postgresql")
    }
}
