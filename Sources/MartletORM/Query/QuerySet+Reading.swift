extension QuerySet {
    /// Runs the query and returns its rows with everything that was asked to be loaded.
    ///
    /// One statement, and one more for each prefetched relation; together they see one state of the database.
    @inlinable
    public func all(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> [Row] {
        let location = CallSite(fileID: fileID, line: line)
        if let join { return try await join.rows(on: executor, at: location) }
        guard let statement = try select.statement(executor.dialect, at: location) else { return [] }
        return try await executor.withSession(sessionKind, over: select.tables(executor.dialect)) { session in
            var rows = try await read(statement, on: session)
            try await finish(&rows, on: session, at: location)
            return rows
        }
    }

    /// Runs the prefetches for rows of this query.
    @inlinable
    func finish(_ rows: inout [Row], on session: any DatabaseSession, at location: CallSite?) async throws {
        try await Prefetch.run(prefetches, &rows, on: session, at: location)
    }

    /// Returns the first row, or `nil` when there is none; by primary key when the query has no order.
    @inlinable
    public func first(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Row? {
        var first = self
        first.select.keepFirst()
        return try await first.all(on: executor, fileID: fileID, line: line).first
    }

    /// Returns the only row.
    ///
    /// - Throws: ``ORMError`` with code `doesNotExist` or `multipleObjectsReturned` when there is none, or not only one.
    public func get(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Row {
        let two = changed { $0.limit = Swift.min($0.limit ?? 2, 2) }
        let rows = try await two.all(on: executor, fileID: fileID, line: line)
        guard rows.count < 2 else {
            throw wrongCount(.multipleObjectsReturned, "more than one row", executor, fileID, line)
        }
        guard let row = rows.first else { throw wrongCount(.doesNotExist, "no row", executor, fileID, line) }
        return row
    }

    /// Returns the row with that primary key.
    ///
    /// - Throws: ``ORMError`` with code `doesNotExist` when there is none.
    @inlinable
    public func get(
        _ id: Table.ID, on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Row {
        let location = CallSite(fileID: fileID, line: line)
        guard let row = try await row(id, as: nil, on: executor, at: location) else { throw noRow(id, location) }
        return row
    }

    /// Returns the row with that primary key, or `nil` when there is none.
    ///
    /// - Parameter origin: What the recorder is told in place of the query's own origin.
    @inlinable
    func row(
        _ id: Table.ID, as origin: StatementOrigin?, on executor: some QueryExecutor, at location: CallSite
    ) async throws -> Row? {
        guard relatedJoin == nil, let statement = shared.lookup(id.sqlValue, as: origin, at: location) else {
            var query = withKey(id)
            if let origin { query.select.origin = origin }
            return try await query.all(on: executor, fileID: location.fileID, line: location.line).first
        }
        let kind: SessionKind = prefetches.isEmpty ? .read : .snapshot
        return try await executor.withSession(kind, over: shared.tables(executor.dialect)) { session in
            var rows = try await session.perform(statement, decode: decode).rows
            if !prefetches.isEmpty { try await finish(&rows, on: session, at: location) }
            return rows.first
        }
    }

    @usableFromInline
    func noRow(_ id: Table.ID, _ location: CallSite) -> ORMError {
        noRow(select.primaryKey, id.sqlValue, location)
    }

    func noRow(_ column: String, _ key: SQLValue, _ location: CallSite) -> ORMError {
        ORMError(
            .doesNotExist,
            "There is no \(Table.self) with \(column) \(key). Use filter and first where it may be absent.",
            table: select.table, columns: [column], location: location)
    }

    /// Returns the number of rows; nothing related is joined for it.
    public func count(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Int {
        if select.isNone { return 0 }
        var counted = select
        counted.lock = nil
        if counted.limit == nil, counted.offset == nil { counted.order = [] }
        if counted.isSliced {
            if !counted.isDistinct, counted.operands.isEmpty { counted.columns = ["1"] }
        } else {
            counted.columns = ["COUNT(*)"]
        }
        var sql = try counted.sql(executor.dialect)
        if select.isSliced { sql = SQL(raw: "SELECT COUNT(*) FROM (\(sql.text)) AS counted", bindings: sql.bindings) }
        return try await scalar(sql, of: counted, on: executor, CallSite(fileID: fileID, line: line)) ?? 0
    }

    /// Returns whether there is any row.
    public func exists(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Bool {
        if select.isNone { return false }
        var probe = select
        if select.operands.isEmpty { probe.columns = ["1"] }
        probe.order = []
        probe.isDistinct = false
        probe.lock = nil
        probe.distinctTerms = []
        probe.limit = Swift.min(probe.limit ?? 1, 1)
        var sql = try probe.sql(executor.dialect)
        if !select.operands.isEmpty { sql = "SELECT 1 FROM (\(sql)) AS probe" }
        let found: Int? = try await scalar(sql, of: probe, on: executor, CallSite(fileID: fileID, line: line))
        return found != nil
    }

    @inlinable
    func withKey(_ id: Table.ID) -> QuerySet {
        var copy = self
        copy.select.requireKey(id.sqlValue)
        copy.relatedJoin = relatedJoin?.requiringKey(id.sqlValue)
        return copy
    }

    func scalar<Value: ColumnValue>(
        _ sql: SQL, of statement: SelectStatement, on executor: some QueryExecutor, _ location: CallSite
    ) async throws -> Value? {
        try await executor.withSession(
            statement.sessionKind, over: statement.tables(executor.dialect)
        ) { session in
            try await session.perform(Statement(sql, at: location)) { try $0.next(as: Value.self) }.rows.first
        }
    }

    private func wrongCount(
        _ code: ORMError.Code, _ found: String, _ executor: some QueryExecutor, _ fileID: String, _ line: Int
    ) -> ORMError {
        let sql = try? sql(for: executor.dialect)
        return ORMError(
            code,
            "get found \(found) of \(Table.self) for: \(sql?.text ?? "") with \(sql?.bindings ?? []). "
                + "Use first or all where there may be none or several.",
            table: select.table, location: CallSite(fileID: fileID, line: line))
    }
}

extension SelectStatement {
    /// The statement to run; `nil` when it is known to have no rows.
    @usableFromInline
    func statement(_ dialect: Dialect, at location: CallSite) throws -> Statement? {
        isNone ? nil : Statement(try sql(dialect, restoresOrder: true), at: location)
    }

    /// The first row alone; by primary key when there is no order.
    @usableFromInline
    mutating func keepFirst() {
        if order.isEmpty { order = [keyOrder] }
        limit = Swift.min(limit ?? 1, 1)
    }

    var keyOrder: Ordering { Ordering(.column(.root, primaryKey), descending: false) }
}
