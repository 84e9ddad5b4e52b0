/// A database: what queries run on, and where transactions begin.
///
/// A value that can be passed anywhere; all copies share the driver and its connections. Drivers make it, for SQLite
/// `SQLiteDatabase.open(path:)`.
public struct Database: QueryExecutor {
    private let driver: any DatabaseDriver

    /// Makes a database over a driver.
    public init(driver: any DatabaseDriver) {
        self.driver = driver
    }

    /// The SQL of the driver's database.
    public var dialect: Dialect { driver.dialect }

    /// Lends a session of the driver.
    public func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await driver.withSession(kind, body)
    }

    /// Lends a session of the driver, which has all tables.
    public func withSession<Value>(
        _ kind: SessionKind, over tables: @autoclosure () -> Set<String>,
        _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await driver.withSession(kind, body)
    }

    /// Runs `body` in a transaction that is committed when it returns and rolled back when it throws or is cancelled.
    ///
    /// Everything inside must run on the transaction it is given, not on the database: a write on the database would wait
    /// for the transaction to end, and is refused with ``ORMError`` of code `wouldDeadlock`.
    @discardableResult
    public func transaction<Value>(_ body: (Transaction) async throws -> Value) async throws -> Value {
        let hooks = CommitHooks()
        let value = try await driver.withSession(.transaction) { session in
            try await body(Transaction(session: session, depth: 0, hooks: hooks))
        }
        await hooks.run()
        return value
    }

    /// Closes every connection.
    public func close() async throws {
        try await driver.close()
    }
}
