/// A statement on its way to a driver: text, the values to bind, and where it was asked for.
public struct Statement: Sendable {
    /// The text, `?` standing for each binding; constant for one shape of query, so that it is prepared once.
    ///
    /// A driver whose database numbers its placeholders writes those instead.
    public var text: String
    /// The values; the statement runs once for each element, all in one trip.
    public var bindings: [[SQLValue]]
    /// Where the query stands in the source, when that is known.
    public var location: CallSite?
    /// Which models it reads, when a query made it.
    public internal(set) var origin: StatementOrigin?
    /// How several sets of values may go into one statement; `nil` where each must run by itself.
    package internal(set) var bulk: BulkInsert?
    /// Whether it runs even though the task was cancelled: true of a rollback.
    public var ignoresCancellation: Bool

    /// Whether the task runs statements beside others that travel together, so that it must not wait between them.
    @TaskLocal package static var travelsTogether = false

    /// Makes a statement that runs once.
    public init(_ text: String, _ bindings: [SQLValue] = [], at location: CallSite? = nil) {
        self.init(text, each: [bindings], at: location)
    }

    /// Makes a statement that runs once for each set of values.
    public init(_ text: String, each bindings: [[SQLValue]], at location: CallSite? = nil) {
        self.text = text
        self.bindings = bindings
        self.location = location
        ignoresCancellation = false
    }

    /// The insert of rows that returns their keys.
    ///
    /// - Parameter conflict: The clause for rows that are there already, or nothing.
    @usableFromInline
    init<M: Model>(
        inserting model: M.Type, _ rows: [[SQLValue]], _ conflict: String, _ dialect: Dialect, at place: CallSite
    ) {
        let tail = conflict + " RETURNING \(M.schema.primaryKey.sqlIdentifier)"
        self.init(M.insertText(dialect) + tail, each: rows, at: place)
        // With a conflict clause PostgreSQL refuses to meet the same row twice in one statement.
        if conflict.isEmpty, rows.count > 1 { bulk = BulkInsert(M.schema, dialect, tail: tail) }
    }

    init(_ sql: SQL, at location: CallSite? = nil) {
        self.init(sql.text, sql.bindings, at: location, origin: sql.origin)
    }

    init(_ text: String, _ bindings: [SQLValue], at location: CallSite?, origin: StatementOrigin?) {
        self.text = text
        self.bindings = [bindings]
        self.location = location
        self.origin = origin
        ignoresCancellation = false
    }
}

/// What a driver returns for a statement.
public struct StatementResult<Row: Sendable>: Sendable {
    /// The decoded rows.
    public var rows: [Row]
    /// The number of rows inserted, updated or deleted.
    public var changes: Int

    /// Makes a result.
    public init(rows: [Row], changes: Int) {
        self.rows = rows
        self.changes = changes
    }
}
