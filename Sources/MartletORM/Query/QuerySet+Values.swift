extension QuerySet {
    /// Returns chosen columns and computed values instead of rows, each as its own Swift type.
    ///
    /// ```swift
    /// let names: [(Int, String)] = try await Client.objects.values(on: database) { ($0.id, $0.name) }
    /// let totals = try await Line.objects.values(on: database) { ($0.invoice.client.name, $0.amount.sum) }
    /// ```
    ///
    /// When there are aggregates among them, rows are grouped by all the others, as Django's `values().annotate()` does,
    /// and by what the query is ordered by.
    public func values<each Term: SelectExpression>(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line,
        _ choose: (Table.Columns) -> (repeat each Term)
    ) async throws -> [(repeat (each Term).Value)] {
        let terms = choose(Self.columns)
        var projection = select
        var columns: [SQLFragment] = []
        var groups: [Int] = []
        for term in repeat each terms {
            columns.append(term.expression.fragment)
            if !term.fragment.isAggregate { groups.append(columns.count) }
        }
        projection.columns = columns
        if groups.count < columns.count || select.having != nil { projection.groups = groups }
        let statement = Statement(try projection.sql(executor.dialect), at: CallSite(fileID: fileID, line: line))
        return try await executor.withSession(
            projection.sessionKind, over: projection.tables(executor.dialect)
        ) { session in
            try await session.perform(statement) { row in
                (repeat try row.next(as: (each Term).Value.self))
            }.rows
        }
    }

    /// Returns a value computed over all rows of the query: `aggregate(on: database) { $0.amount.sum }`.
    public func aggregate<Value: ColumnValue>(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line,
        _ compute: (Table.Columns) -> Aggregate<Value>
    ) async throws -> Value {
        try await aggregate(on: executor, fileID: fileID, line: line) { compute($0).expression }
    }

    /// Returns a value calculated from aggregates: `aggregate(on: database) { $0.amount.sum * 2 }`.
    @_disfavoredOverload
    public func aggregate<Value: ColumnValue>(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line,
        _ compute: (Table.Columns) -> SQLExpression<Value>
    ) async throws -> Value {
        var statement = select
        statement.columns = [compute(Self.columns).fragment]
        statement.order = []
        statement.lock = nil
        if select.isSliced {
            statement.problem = ORMError(
                .invalidQuery, "aggregate cannot follow limit, offset or distinct; filter by what they leave instead.")
        }
        let location = CallSite(fileID: fileID, line: line)
        guard
            let value: Value = try await scalar(
                try statement.sql(executor.dialect), of: statement, on: executor, location)
        else {
            throw ORMError(
                .invalidQuery, "aggregate returned no row; compute an aggregate such as sum or max.", location: location
            )
        }
        return value
    }
}
