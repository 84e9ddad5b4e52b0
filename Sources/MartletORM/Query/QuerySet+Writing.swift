extension QuerySet {
    /// Changes columns of all rows of the query in one statement and returns how many rows there were.
    ///
    /// ```swift
    /// try await Invoice.objects.filter { $0.dueOn < today }
    ///     .update(on: database) { [$0.status.set(.overdue), $0.reminders.set($0.reminders + 1)] }
    /// ```
    ///
    /// - Throws: ``ORMError``, for a refused change with the code of the constraint.
    @discardableResult
    public func update(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line,
        _ assign: (Table.Columns) -> [Assignment]
    ) async throws -> Int {
        let assignments = assign(Self.columns)
        guard !assignments.isEmpty else { return 0 }
        if let problem = assignments.lazy.compactMap(\.problem).first { throw problem }
        var renderer = SQLRenderer(table: select.table, dialect: executor.dialect, aliased: false)
        var sql = SQL("UPDATE \(raw: select.table.sqlIdentifier) SET ")
        for (index, assignment) in assignments.enumerated() {
            sql.append(SQL("\(raw: index > 0 ? ", " : "")\(raw: assignment.column.sqlIdentifier) = "))
            sql.append(try renderer.render(assignment.value))
        }
        guard !renderer.hasJoins else { throw ORMError.joinedAssignment(Table.self) }
        sql.append(try condition(&renderer))
        return try await write(
            sql, over: select.tables(executor.dialect).union(assignments.tables(executor.dialect)), on: executor,
            CallSite(fileID: fileID, line: line))
    }

    /// Deletes all rows of the query, and what refers to them as its foreign keys say; returns how many rows of this
    /// table there were.
    ///
    /// - Throws: ``ORMError`` with code `foreignKeyViolation` when a row that refers to one of them protects it.
    @discardableResult
    public func delete(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Int {
        var renderer = SQLRenderer(table: select.table, dialect: executor.dialect, aliased: false)
        var sql = SQL("DELETE FROM \(raw: select.table.sqlIdentifier)")
        sql.append(try condition(&renderer))
        return try await write(
            sql, over: select.tables(executor.dialect), on: executor, CallSite(fileID: fileID, line: line))
    }

    private func write(
        _ sql: SQL, over tables: @autoclosure () -> Set<String>, on executor: some QueryExecutor, _ location: CallSite
    ) async throws -> Int {
        try await executor.withSession(.write, over: tables()) { session in
            try await Table.namingForeignKeys {
                try await session.perform(Statement(sql, at: location)) { _ in true }.changes
            }
        }
    }

    /// The rows of the query as a condition on their own table: plain where that is all, else by their keys.
    private func condition(_ renderer: inout SQLRenderer) throws -> SQL {
        if let problem = select.problem { throw problem }
        if select.isNone { return " WHERE 1 = 0" }
        if select.limit == nil, select.offset == nil, select.distinctTerms.isEmpty, select.source == nil,
            select.operands.isEmpty
        {
            guard let filter = select.filter else { return SQL(raw: "") }
            var probe = renderer
            let direct = try probe.render(filter)
            if !probe.hasJoins { return SQL(" WHERE \(direct)") }
        }
        var keys = select
        keys.columns = [.column(.root, select.primaryKey)]
        keys.isDistinct = false
        return SQL(" WHERE \(raw: select.primaryKey.sqlIdentifier) IN (\(try keys.sql(renderer.dialect)))")
    }
}

extension [Assignment] {
    /// The tables from which the values come.
    fileprivate func tables(_ dialect: Dialect) -> Set<String> {
        reduce(into: []) { names, assignment in assignment.value.addTables(to: &names, dialect) }
    }
}

extension ORMError {
    fileprivate static func joinedAssignment(_ model: Any.Type) -> ORMError {
        ORMError(
            .invalidQuery,
            "An update of \(model) sets a column from a related row, which one statement cannot do here. "
                + "Read the value first, or write the statement with execute.")
    }
}
