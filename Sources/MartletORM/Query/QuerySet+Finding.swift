extension QuerySet {
    /// Returns the last row, or `nil` when there is none; by primary key when the query has no order.
    public func last(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Row? {
        try await reverse().first(on: executor, fileID: fileID, line: line)
    }

    /// Returns the row with the smallest value.
    ///
    /// - Throws: ``ORMError`` with code `doesNotExist` when there is no row.
    public func earliest<Term: OrderTerm>(
        by term: KeyPath<Table.Columns, Term>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Row {
        try await extreme(order(by: term), on: executor, fileID, line)
    }

    /// Returns the row with the largest value.
    ///
    /// - Throws: ``ORMError`` with code `doesNotExist` when there is no row.
    public func latest<Term: OrderTerm>(
        by term: KeyPath<Table.Columns, Term>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Row {
        try await extreme(order(by: term).reverse(), on: executor, fileID, line)
    }

    /// Returns whether the row, known by its key, is among those of the query.
    public func contains(
        _ row: Table, on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Bool {
        try await withKey(row.id).exists(on: executor, fileID: fileID, line: line)
    }

    /// Returns the rows with those primary keys, by key; keys of no row are left out.
    public func inBulk(
        _ ids: [Table.ID], on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> [Table.ID: Row] {
        guard !ids.isEmpty else { return [:] }
        let keys = KeyArray(ids.map(\.sqlValue)).membership
        let rows = try await changed { $0.require(.column(.root, $0.primaryKey) + keys) }
            .all(on: executor, fileID: fileID, line: line)
        return Dictionary(rows.map { ($0.root.id, $0) }) { first, _ in first }
    }

    /// Returns the rows that have one of the values in a unique column, by that value; values of no row are left out.
    ///
    /// `Client.objects.inBulk(["Ada", "Bob"], by: \.name, on: database)["Ada"]`. Where several rows have a value, any is kept.
    public func inBulk<Value: ColumnValue & Hashable>(
        _ values: [Value], by column: KeyPath<Table.Columns, Column<Value>>, on executor: some QueryExecutor,
        fileID: String = #fileID, line: Int = #line
    ) async throws -> [Value: Row] {
        guard !values.isEmpty, !select.isNone else { return [:] }
        let location = CallSite(fileID: fileID, line: line)
        let column = Self.columns[keyPath: column].fragment
        let asked = changed { select in
            select.require(column + KeyArray(values.map(\.sqlValue)).membership)
            select.columns.append(column)
        }
        let decode = self.decode
        let statement = Statement(try asked.select.sql(executor.dialect), at: location)
        return try await executor.withSession(sessionKind, over: asked.select.tables(executor.dialect)) { session in
            let found = try await session.perform(statement) { row in
                (row: try decode(&row), value: try row.next(as: Value.self))
            }.rows
            var rows = found.map(\.row)
            try await finish(&rows, on: session, at: location)
            return Dictionary(zip(found.map(\.value), rows)) { first, _ in first }
        }
    }

    /// Returns how the database would run the query, a line for each step, in the database's own words.
    public func explain(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> [String] {
        let word = executor.dialect == .sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN "
        let select = asItRuns.select
        let statement = Statement(
            "\(raw: word)\(try select.sql(executor.dialect))" as SQL, at: CallSite(fileID: fileID, line: line))
        let rows = try await executor.withSession(.read, over: select.tables(executor.dialect)) { session in
            try await session.perform(statement) { $0.row() }.rows
        }
        return rows.compactMap { row in
            if case .text(let step)? = row.values.last { step } else { nil }
        }
    }

    private func extreme(
        _ ordered: QuerySet, on executor: some QueryExecutor, _ fileID: String, _ line: Int
    ) async throws -> Row {
        guard let row = try await ordered.first(on: executor, fileID: fileID, line: line) else {
            throw ORMError(
                .doesNotExist,
                "There is no \(Table.self) among those of the query. Use order(by:) and first where there may be none.",
                table: select.table, location: CallSite(fileID: fileID, line: line))
        }
        return row
    }
}
