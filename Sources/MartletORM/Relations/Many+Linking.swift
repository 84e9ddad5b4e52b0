// A relation through a table between is changed there; one by a foreign key is changed in the related rows.

extension Many {
    /// Relates rows to this one, by one statement; those that are related already stay so, once.
    ///
    /// A table between is given the two keys alone: a model between with more required columns is created by itself.
    ///
    /// - Throws: ``ORMError``, for a refused row with the code of the constraint.
    public func add(
        _ rows: [Target], on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws {
        guard !rows.isEmpty else { return }
        try await write(try adding(rows), on: executor, CallSite(fileID: fileID, line: line))
    }

    /// Ends the relation to rows, by one statement; the rows themselves stay.
    ///
    /// - Throws: ``ORMError`` with code `notNullViolation` when they relate to this one by a required foreign key.
    public func remove(
        _ rows: [Target], on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws {
        guard !rows.isEmpty else { return }
        try await write(try removing(rows, others: false), on: executor, CallSite(fileID: fileID, line: line))
    }

    /// Ends the relation to all rows, by one statement; the rows themselves stay.
    ///
    /// - Throws: ``ORMError`` with code `notNullViolation` when they relate to this one by a required foreign key.
    public func clear(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws {
        try await write(try removing([], others: true), on: executor, CallSite(fileID: fileID, line: line))
    }

    /// Relates exactly these rows to this one, by two statements in a transaction.
    ///
    /// - Throws: as ``add(_:on:fileID:line:)`` and ``remove(_:on:fileID:line:)`` do.
    public func set(
        _ rows: [Target], on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws {
        let location = CallSite(fileID: fileID, line: line)
        try await executor.transaction(for: Target.self) { tx in
            try await write(try removing(rows, others: true), on: tx, location)
            if !rows.isEmpty { try await write(try adding(rows), on: tx, location) }
        }
    }

    private func adding(_ rows: [Target]) throws -> SQLFragment {
        let link = try link.get()
        let keys = KeyArray(rows.map(\.id.sqlValue)).membership
        let key = Target.schema.primaryKey.sqlIdentifier
        let parent = link.parentColumn.sqlIdentifier
        guard let through = link.through else {
            return .raw("UPDATE \(link.table.sqlIdentifier) SET \(parent) = ") + owner + .raw(" WHERE \(key)") + keys
        }
        let (table, column) = (through.table.sqlIdentifier, through.column.sqlIdentifier)
        let target = through.key.sqlIdentifier
        return .raw("INSERT INTO \(table) (\(parent), \(column)) SELECT ") + owner
            + .raw(", t0.\(target) FROM \(link.table.sqlIdentifier) AS t0 WHERE t0.\(key)") + keys
            + .raw(" AND NOT EXISTS (SELECT 1 FROM \(table) AS t1 WHERE t1.\(parent) = ") + owner
            + .raw(" AND t1.\(column) = t0.\(target))")
    }

    /// Ends the relation to the rows, or to all but these.
    private func removing(_ rows: [Target], others: Bool) throws -> SQLFragment {
        let link = try link.get()
        let parent = link.parentColumn.sqlIdentifier
        var sql: SQLFragment
        let column: String
        if let through = link.through {
            sql = .raw("DELETE FROM \(through.table.sqlIdentifier)")
            column = through.column.sqlIdentifier
        } else {
            sql = .raw("UPDATE \(link.table.sqlIdentifier) SET \(parent) = NULL")
            column = Target.schema.primaryKey.sqlIdentifier
        }
        sql = sql + .raw(" WHERE \(parent) = ") + owner
        if rows.isEmpty { return sql }
        return sql + .raw(others ? " AND NOT (\(column)" : " AND (\(column)") + keys(of: rows, link) + ")"
    }

    /// That a column refers to one of the rows: by their primary keys, or by another column of theirs.
    private func keys(of rows: [Target], _ link: RelatedRows) -> SQLFragment {
        let keys = KeyArray(rows.map(\.id.sqlValue)).membership
        let primaryKey = Target.schema.primaryKey
        guard let key = link.through?.key, key != primaryKey else { return keys }
        return .raw(
            " IN (SELECT \(key.sqlIdentifier) FROM \(link.table.sqlIdentifier) WHERE \(primaryKey.sqlIdentifier)")
            + keys + ")"
    }

    private func write(_ fragment: SQLFragment, on executor: some QueryExecutor, _ location: CallSite) async throws {
        var renderer = SQLRenderer(table: Target.schema.table, dialect: executor.dialect)
        let statement = Statement(try renderer.render(fragment), at: location)
        _ = try await executor.withSession(.write, over: (try? link.get().tables) ?? []) { session in
            try await session.perform(statement) { _ in true }
        }
    }
}
