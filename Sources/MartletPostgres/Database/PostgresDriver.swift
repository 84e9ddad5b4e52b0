import CLibPQ
import MartletORM
import Synchronization

/// Lends connections as sessions, in order of arrival, and brackets those that are transactions.
final class PostgresDriver: DatabaseDriver {
    let dialect = Dialect.postgreSQL
    private let pool: ConnectionPool
    private let types = TypeCatalog()
    private let options: PostgresOptions

    /// - Throws: `ORMError` with code `invalidQuery` when the connection string or an option is malformed.
    init(_ url: String, _ options: PostgresOptions) throws {
        let parameters = try PoolParameters(url)
        let options = parameters.applied(to: options)
        guard options.maxConnections > 0 else {
            throw ORMError(
                .invalidQuery, "PostgresOptions.maxConnections is \(options.maxConnections); give at least 1.")
        }
        self.options = options
        pool = ConnectionPool(try ConnectionOpener(parameters.connectionString, setUp: options.setUp), options)
    }

    deinit {
        pool.close()
    }

    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        switch kind {
        case .read: try await pool.withConnection { try await single($0, body) }
        case .snapshot:
            try await transaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", isReadOnly: true, body)
        case .write: try await outside { try await pool.withConnection { try await single($0, body) } }
        case .transaction: try await outside { try await transaction("BEGIN", body) }
        }
    }

    func close() async throws {
        pool.close()
    }

    private func single<Value>(
        _ connection: PostgresConnection, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        let session = session(connection, isTransaction: false)
        do {
            let value = try await body(session)
            session.end()
            await leaveNoTransaction(on: connection)
            return value
        } catch {
            session.end()
            await leaveNoTransaction(on: connection)
            throw error
        }
    }

    /// Ends what a `BEGIN` written by hand has left open.
    private func leaveNoTransaction(on connection: PostgresConnection) async {
        if connection.transactionStatus != PQTRANS_IDLE { await connection.rollBack() }
    }

    private func transaction<Value>(
        _ begin: String, isReadOnly: Bool = false, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await pool.withConnection { connection in
            let session = session(connection, isTransaction: true)
            defer { session.end() }
            return try await connection.bracket(begin, isReadOnly: isReadOnly) { try await body(session) }
        }
    }

    private func session(_ connection: PostgresConnection, isTransaction: Bool) -> PostgresSession {
        PostgresSession(
            connection, types, prepares: options.preparesStatements, isTransaction: isTransaction
        ) { [pool] in pool.isLentOnce }
    }

    /// Refuses to write beside a transaction of the same task, whose locks it might wait for until forever.
    private func outside<Value>(_ body: () async throws -> Value) async throws -> Value {
        if let held = WriteHold.current, held.driver == ObjectIdentifier(self), held.isActive {
            throw ORMError(
                .wouldDeadlock,
                "A write on the database inside its own transaction would not be part of it, and could wait for it "
                    + "forever. Write on the transaction the closure is given: on: tx.")
        }
        let hold = WriteHold(driver: ObjectIdentifier(self))
        defer { hold.end() }
        return try await WriteHold.$current.withValue(hold) { try await body() }
    }
}

/// On which database the current task writes, so that it does not do so twice at once.
private final class WriteHold: Sendable {
    @TaskLocal static var current: WriteHold?

    let driver: ObjectIdentifier
    private let active = Atomic(true)

    init(driver: ObjectIdentifier) {
        self.driver = driver
    }

    var isActive: Bool { active.load(ordering: .acquiring) }

    func end() {
        active.store(false, ordering: .releasing)
    }
}
