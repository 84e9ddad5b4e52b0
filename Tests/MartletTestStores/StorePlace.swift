public import Logging
public import MartletORM
import MartletPostgres
import MartletSQLite
public import MartletTasks
public import ServiceLifecycle

/// Where tests with several processes keep messages, results or an outbox: a SQLite file or a PostgreSQL database.
public struct StorePlace: Sendable, Hashable {
    /// The path or the URL, which a process is given as an argument.
    public let text: String

    /// Takes a path, or a URL with a scheme of ``PostgresStore``.
    public init(_ text: String) { self.text = text }

    /// Whether it is a database of a server.
    public var isServer: Bool { PostgresStore.schemes.contains { text.hasPrefix("\($0)://") } }

    /// The migration after which transactions there can enqueue.
    public var migration: Migration { isServer ? PostgresBroker.migration : OutboxMigration.migration }

    /// Opens it as a broker.
    public func broker() throws -> any Broker {
        isServer ? try PostgresBroker(url: text) : try SQLiteBroker(path: text)
    }

    /// Opens it as a result backend, which shares its transactions with the broker of the same place.
    public func results() throws -> any ResultBackend {
        isServer ? try PostgresResultBackend(url: text) : try SQLiteResultBackend(path: text)
    }

    /// Opens it for queries.
    public func database() throws -> Database {
        isServer ? try PostgresDatabase.open(text) : try SQLiteDatabase.open(path: text)
    }

    /// Makes what carries messages from there to a broker.
    public func relay(to broker: any Broker, logger: Logger) throws -> any Service {
        isServer
            ? try PostgresOutboxRelay(from: text, to: broker, logger: logger)
            : try OutboxRelay(from: text, to: broker, logger: logger)
    }

    /// Whether the file is whole, or every message of the server has its bytes and no bytes are without a message.
    public func isWhole() async throws -> Bool {
        let database = try database()
        let check: SQL =
            isServer
            ? """
            SELECT 'ok' WHERE NOT EXISTS (
                SELECT 1 FROM martlet_message FULL JOIN martlet_payload USING (sequence)
                WHERE martlet_message.id IS NULL OR martlet_payload.body IS NULL)
            """ : "PRAGMA integrity_check"
        let answer = try await database.rows(check).first?.values
        try await database.close()
        return answer == [.text("ok")]
    }
}
