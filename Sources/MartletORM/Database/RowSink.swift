/// What becomes of the rows that a driver reads; see ``DatabaseSession/run(_:into:)``.
public struct RowSink: Sendable {
    /// Forgets the rows taken so far; so many may come now, 0 where that is not known.
    ///
    /// A driver calls it before the first row, and again when it begins anew.
    public let begin: @Sendable (_ expected: Int) -> Void
    /// Decodes and keeps one row.
    public let take: @Sendable (_ row: inout RowDecoder) throws -> Void
    /// Makes a sink for rows further on, which another thread may fill at the same time; `nil` where one after the other is
    /// to be taken.
    public let fork: (@Sendable () -> RowFork)?

    /// Makes a sink of its functions, which are called by one thread at a time.
    public init(
        begin: @escaping @Sendable (_ expected: Int) -> Void,
        take: @escaping @Sendable (_ row: inout RowDecoder) throws -> Void,
        fork: (@Sendable () -> RowFork)? = nil
    ) {
        self.begin = begin
        self.take = take
        self.fork = fork
    }
}

/// A sink beside another one; see ``RowSink/fork``.
public struct RowFork: Sendable {
    /// Takes the rows further on.
    public let sink: RowSink
    /// Puts them behind those of the other sink, when both are filled.
    public let join: @Sendable () -> Void

    /// Makes a fork.
    public init(sink: RowSink, join: @escaping @Sendable () -> Void) {
        self.sink = sink
        self.join = join
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
