import ArgumentParser
import Configuration
import MartletApp
import MartletORM
import MartletPostgres

/// The demo's data in PostgreSQL, new for each story.
enum DemoDatabase {
    private static let mark = "martlet_demo"

    /// Empties the databases that the settings name; none is named when the data is in SQLite files.
    ///
    /// Only what an earlier demo made is dropped; schemas of the same names that are somebody's are an error.
    static func empty(_ environment: ServiceEnvironment) async throws {
        let services = Studio.services.map { $0.name }
        let settings = [["database", "url"]] + services.map { [$0, "database", "url"] }
        let urls = settings.compactMap { environment.config.string(forKey: ConfigKey($0), isSecret: true) }
        for url in Set(urls) where !url.isEmpty {
            let database = try PostgresDatabase.open(url, options: PostgresOptions(maxConnections: 1))
            try await database.transaction { tx in
                try await drop(services + services.map { $0 + "_outbox" } + ["martlet"], on: tx)
            }
            try await database.close()
        }
    }

    private static func drop(_ names: [String], on tx: Transaction) async throws {
        let rows = try await tx.rows(
            "SELECT nspname::text AS name FROM pg_namespace WHERE nspname = ANY(\(names + [mark])) ORDER BY 1")
        let found: [String] = try rows.map { try $0.value("name") }
        guard found.isEmpty || found.contains(mark) else {
            throw ValidationError(
                "The database of DATABASE_URL has schemas that no demo made: \(found.joined(separator: ", ")). Name an "
                    + "empty database.")
        }
        for name in found { try await tx.execute(SQL(raw: "DROP SCHEMA \"\(name)\" CASCADE")) }
        try await tx.execute(SQL(raw: "CREATE SCHEMA \(mark)"))
    }
}
