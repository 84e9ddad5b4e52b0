import MartletORM
import MartletPostgres
import MartletSQLite
import MartletTesting

/// The databases of the tests: new and empty, of the product on which the test runs just now.
enum TestDatabase {
    /// What a test in a suite with the trait `.eachDatabase` runs on; SQLite elsewhere.
    @TaskLocal static var product = Dialect.sqlite

    /// Makes a database with nothing in it.
    static func empty() async throws -> Database {
        switch product {
        case .sqlite: try SQLiteDatabase.temporary()
        case .postgreSQL: try await Schemas.shared.empty()
        }
    }

    /// What a test expects on the product on which it runs just now.
    static func by<Value>(sqlite: Value, postgreSQL: Value) -> Value {
        product == .sqlite ? sqlite : postgreSQL
    }

    /// The one parameter in which keys travel.
    static func keys(_ keys: Int64...) -> SQLValue {
        by(
            sqlite: .text("[\(keys.map(String.init).joined(separator: ","))]"),
            postgreSQL: .array(keys.map { .integer($0) }))
    }

    /// The same for keys that are texts.
    static func keys(_ keys: String...) -> SQLValue {
        by(
            sqlite: .text("[\(keys.map { "\"\($0)\"" }.joined(separator: ","))]"),
            postgreSQL: .array(keys.map { .text($0) }))
    }

    /// Makes a database with what the migrations make.
    static func migrated(_ migrations: [Migration]) async throws -> Database {
        let database = try await empty()
        try await Migrator(migrations).migrate(database)
        return database
    }
}

/// The database of the run's PostgreSQL server; each test has schemas of its own in it, which costs less than databases.
private actor Schemas {
    static let shared = Schemas()
    private var opening: Task<(url: String, database: Database), any Error>?
    private var last = 0

    func empty() async throws -> Database {
        let (url, database) = try await opened()
        last += 1
        let name = "test_\(last)"
        try await database.execute("CREATE SCHEMA \(raw: name)")
        return try PostgresDatabase.open(url + "&options=-csearch_path%3D\(name)")
    }

    private func opened() async throws -> (url: String, database: Database) {
        let task =
            opening
            ?? Task {
                let url = try await PostgresServer.shared().newDatabase()
                return (url, try PostgresDatabase.open(url))
            }
        opening = task
        return try await task.value
    }
}
