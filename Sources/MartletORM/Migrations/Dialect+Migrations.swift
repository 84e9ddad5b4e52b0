extension Dialect {
    /// The statements that make the table of applied migrations where there is none.
    ///
    /// On PostgreSQL a lock until the end of the transaction lets one process migrate at a time; SQLite has one writer.
    var migrationTable: [String] {
        switch self {
        case .sqlite:
            [
                """
                CREATE TABLE IF NOT EXISTS martlet_migrations (
                    position INTEGER PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,
                    checksum TEXT NOT NULL,
                    applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now'))
                ) STRICT
                """
            ]
        case .postgreSQL:
            [
                "SELECT pg_advisory_xact_lock(hashtext('martlet_migrations'))",
                """
                CREATE TABLE IF NOT EXISTS martlet_migrations (
                    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    name text NOT NULL UNIQUE,
                    checksum text NOT NULL,
                    applied_at timestamp with time zone NOT NULL DEFAULT now()
                )
                """,
            ]
        }
    }

    /// The statement that returns a row when there is a table of applied migrations.
    var migrationTableQuery: String {
        switch self {
        case .sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'martlet_migrations'"
        case .postgreSQL: "SELECT 1 WHERE to_regclass('martlet_migrations') IS NOT NULL"
        }
    }
}
