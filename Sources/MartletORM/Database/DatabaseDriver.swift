/// Opens sessions on one database; each database product has a conformer.
public protocol DatabaseDriver: Sendable {
    /// The SQL of the database; the core writes statements in it.
    var dialect: Dialect { get }

    /// Lends a session to `body` for as long as it runs.
    ///
    /// The core calls it for every query, write and transaction. A driver waits until a connection is free, in order of
    /// arrival, throws `CancellationError` when the waiting task is cancelled, and takes the session back however `body`
    /// ends. See ``SessionKind`` for what must be true before and after.
    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value

    /// Closes every connection; later sessions throw ``ORMError`` with code `closed`.
    func close() async throws
}

/// What a session is for.
public enum SessionKind: Sendable, Hashable {
    /// One statement that only reads; outside of any transaction.
    case read
    /// Several reads that must see the same state of the database.
    case snapshot
    /// One statement that may write; it is its own transaction.
    case write
    /// Reads and writes that are committed when the closure returns and rolled back when it throws or is cancelled.
    case transaction
}

/// A connection for as long as a driver lends it.
public protocol DatabaseSession: Sendable {
    /// The SQL of the database, the driver's own.
    var dialect: Dialect { get }
    /// Whether statements that are asked for at the same time, from child tasks, travel together.
    ///
    /// Where they do, the core asks at the same time for all that do not need each other. False unless the driver says so.
    var sendsTogether: Bool { get }

    /// Runs a statement once for each of its sets of values and gives each row to the sink.
    ///
    /// Throws ``ORMError``, `CancellationError` when the task is cancelled, or what the sink throws. The sink is called
    /// where the driver runs, for each row in turn; a driver that has all rows may fill a fork of it at the same time.
    func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts

    /// Runs a statement once and hands its rows over so many at a time, the last time perhaps fewer.
    ///
    /// The next rows are read when `body` has returned; other statements may run in it. It throws as
    /// ``run(_:decode:)`` does, and what `body` throws.
    func stream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws
}

extension DatabaseSession {
    /// Runs a statement once for each of its sets of values and decodes the rows.
    ///
    /// - Throws: as ``run(_:into:)``, and what `decode` throws.
    @inlinable
    public func run<Row: Sendable>(
        _ statement: Statement, decode: @escaping @Sendable (inout RowDecoder) throws -> Row
    ) async throws -> StatementResult<Row> {
        let collector = RowCollector(decode)
        let counts = try await run(statement, into: collector.sink)
        return StatementResult(rows: collector.takeAll(), changes: counts.changes)
    }

    /// False: one statement after the other.
    public var sendsTogether: Bool { false }

    /// Reads all rows at once and hands them over in chunks; for drivers that cannot keep a statement open.
    public func stream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        let rows = try await run(statement, decode: decode).rows
        for start in Swift.stride(from: 0, to: rows.count, by: chunk) {
            try await body(Array(rows[start..<Swift.min(start + chunk, rows.count)]))
        }
    }
}
