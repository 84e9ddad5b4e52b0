/// What follows `on:` in a query: a ``Database``, or the ``Transaction`` in which to run it.
public protocol QueryExecutor: Sendable {
    /// The SQL that statements are written in.
    var dialect: Dialect { get }

    /// Lends a session; every query and write goes through here.
    ///
    /// On a database it is a session of that kind. In a transaction it is always the transaction's own.
    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value

    /// Lends a session for statements over tables; queries and writes of models go through here.
    ///
    /// What keeps all tables in one place need not know them: without an implementation of its own, it is
    /// ``withSession(_:_:)``. They are worked out only when they are asked for.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when the tables are in several databases.
    func withSession<Value>(
        _ kind: SessionKind, over tables: @autoclosure () -> Set<String>,
        _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value

    /// Runs `body` in a transaction, or in a savepoint when this already is one.
    ///
    /// It is committed (or released) when `body` returns. When `body` throws or its task is cancelled, all that was done
    /// in it is undone and the error goes on.
    @discardableResult
    func transaction<Value>(_ body: (Transaction) async throws -> Value) async throws -> Value

    /// Runs `body` in a transaction of the database in which the model's rows are.
    ///
    /// Without an implementation of its own, it is ``transaction(_:)``.
    @discardableResult
    func transaction<Value>(
        for model: any Model.Type, _ body: (Transaction) async throws -> Value
    ) async throws -> Value
}

extension QueryExecutor {
    /// Lends a session, wherever the tables are.
    public func withSession<Value>(
        _ kind: SessionKind, over tables: @autoclosure () -> Set<String>,
        _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await withSession(kind, body)
    }

    /// Runs `body` in a transaction, whatever the model.
    @discardableResult
    public func transaction<Value>(
        for model: any Model.Type, _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        try await transaction(body)
    }

    /// Runs a statement written by hand and returns how many rows it changed.
    ///
    /// - Throws: ``ORMError``.
    @discardableResult
    public func execute(_ sql: SQL, fileID: String = #fileID, line: Int = #line) async throws -> Int {
        let statement = Statement(sql, at: CallSite(fileID: fileID, line: line))
        return try await withSession(.write) { session in
            try await session.perform(statement) { _ in true }.changes
        }
    }

    /// Runs a statement written by hand and returns its rows.
    ///
    /// The statement may write too (`INSERT … RETURNING`); one that begins with `SELECT` runs beside writers, any other
    /// waits for its turn among them.
    ///
    /// - Throws: ``ORMError``.
    public func rows(_ sql: SQL, fileID: String = #fileID, line: Int = #line) async throws -> [SQLRow] {
        let statement = Statement(sql, at: CallSite(fileID: fileID, line: line))
        let reads = sql.text.drop { $0.isWhitespace }.prefix(6).uppercased() == "SELECT"
        return try await withSession(reads ? .read : .write) { session in
            try await session.perform(statement) { $0.row() }.rows
        }
    }
}
