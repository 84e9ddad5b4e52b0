/// What becomes of the rows that a driver reads; see ``DatabaseSession/run(_:into:)``.
public struct RowSink: Sendable {
    /// Forgets the rows taken so far; so many may come now, 0 where that is not known.
    ///
    /// A driver calls it before the first row, and again when it begins anew.
    public let begin: @Sendable (_ expected: Int) -> Void
    /// Decodes and keeps one row.
    public let take: @Sendable (_ row: inout RowDecoder) throws -> Void

    /// Makes a sink of its two functions, which are called by one thread at a time.
    public init(
        begin: @escaping @Sendable (_ expected: Int) -> Void,
        take: @escaping @Sendable (_ row: inout RowDecoder) throws -> Void
    ) {
        self.begin = begin
        self.take = take
    }
}

/// How much a statement did.
public struct StatementCounts: Sendable, Hashable {
    /// The number of rows it returned.
    public var rows: Int
    /// The number of rows inserted, updated or deleted.
    public var changes: Int

    /// Makes counts.
    public init(rows: Int, changes: Int) {
        self.rows = rows
        self.changes = changes
    }
}

/// The rows of a statement while they come.
///
/// It is made and filled in the module of the models, where the compiler knows what a row is: a driver, which does not,
/// would move each row by a description of its type.
// Only the driver touches it while the statement runs, and only who asked for the rows afterwards: no lock is needed.
@usableFromInline
package final class RowCollector<Row>: @unchecked Sendable {
    @usableFromInline var rows: [Row] = []

    @inlinable
    package init() {}

    @inlinable
    package func sink(_ decode: @escaping @Sendable (inout RowDecoder) throws -> Row) -> RowSink {
        RowSink { expected in
            self.rows.removeAll()
            self.rows.reserveCapacity(expected)
        } take: { row in
            self.rows.append(try decode(&row))
        }
    }

    /// Hands the rows over.
    @inlinable
    package func takeAll() -> [Row] {
        var taken: [Row] = []
        swap(&taken, &rows)
        return taken
    }
}
