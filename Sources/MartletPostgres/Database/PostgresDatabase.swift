public import MartletORM

/// Opens databases of PostgreSQL servers.
///
/// ```swift
/// let database = try PostgresDatabase.open("postgres://ada:secret@db.example.org/studio?sslmode=require")
/// ```
///
/// Connections are made when they are needed, so a server that is down does not keep a program from starting. A lost
/// connection is replaced by the next use.
public enum PostgresDatabase {
    /// Makes a database from a connection string.
    ///
    /// It is libpq's: a URL, or keywords such as `host=/run/postgresql dbname=studio`. Parameters it leaves out come from
    /// libpq's environment variables (`PGHOST`, `PGPASSWORD`, …) and `~/.pgpass`; `sslmode`, `sslrootcert`,
    /// `connect_timeout`, `target_session_attrs` and several hosts are libpq's too. In a URL
    /// `pool_size` and `pool_timeout` (in seconds) go before ``PostgresOptions/maxConnections`` and
    /// ``PostgresOptions/poolTimeout``.
    ///
    /// - Throws: `ORMError` with code `invalidQuery` when the string or an option is malformed. Whether the server can be
    ///   reached shows at the first use, as code `cannotConnect`.
    public static func open(_ url: String, options: PostgresOptions = PostgresOptions()) throws -> Database {
        Database(driver: try PostgresDriver(url, options))
    }
}
