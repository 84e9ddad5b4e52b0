/// A transaction in progress, given to the closure of ``QueryExecutor/transaction(_:)``.
///
/// It ends when that closure returns; used later it throws ``ORMError`` with code `transactionEnded`.
public struct Transaction: QueryExecutor {
    private let session: any DatabaseSession
    private let depth: Int
    private let hooks: CommitHooks

    init(session: any DatabaseSession, depth: Int, hooks: CommitHooks) {
        self.session = session
        self.depth = depth
        self.hooks = hooks
    }

    /// The SQL of the database.
    public var dialect: Dialect { session.dialect }

    /// Lends the transaction's own session, whatever the kind.
    public func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await body(session)
    }

    /// Lends the transaction's own session, if the tables are in its database.
    public func withSession<Value>(
        _ kind: SessionKind, over tables: @autoclosure () -> Set<String>,
        _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try (session as? RoutedSession)?.requireOwn(tables())
        return try await body(session)
    }

    /// The same transaction, whose statements run through another session.
    func mapping(_ change: (any DatabaseSession) -> any DatabaseSession) -> Transaction {
        Transaction(session: change(session), depth: depth, hooks: hooks)
    }

    /// Runs `body` in a savepoint: an error that leaves it undoes what was done in it, and nothing before.
    @discardableResult
    public func transaction<Value>(_ body: (Transaction) async throws -> Value) async throws -> Value {
        let savepoint = "martlet_\(depth + 1)"
        let nested = CommitHooks()
        try await control("SAVEPOINT \(savepoint)")
        let value: Value
        do {
            value = try await body(Transaction(session: session, depth: depth + 1, hooks: nested))
            try Task.checkCancellation()
        } catch {
            // When the database has ended the whole transaction by itself, these two fail; the cause is what counts.
            try? await control("ROLLBACK TO \(savepoint)", ignoresCancellation: true)
            try? await control("RELEASE \(savepoint)", ignoresCancellation: true)
            throw error
        }
        try await control("RELEASE \(savepoint)")
        hooks.append(nested)
        return value
    }

    /// Runs `action` once the outermost transaction has been committed, and never when it, or the savepoint this was
    /// called in, is rolled back.
    public func onCommit(_ action: @escaping @Sendable () async -> Void) {
        hooks.append(action)
    }

    private func control(_ text: String, ignoresCancellation: Bool = false) async throws {
        var statement = Statement(text)
        statement.ignoresCancellation = ignoresCancellation
        _ = try await session.run(statement) { _ in true }
    }
}
