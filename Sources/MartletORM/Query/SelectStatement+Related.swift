extension SelectStatement {
    /// The statement that reads the related rows of many parents at once, the parent's key in front of each row.
    ///
    /// The keys are its first binding after those of the columns. A limit or offset counts for each parent.
    func sql(relatedBy rows: RelatedRows, keys: KeyArray, _ dialect: Dialect) throws(ORMError) -> SQL {
        if let problem { throw problem }
        guard operands.isEmpty else {
            throw ORMError(
                .invalidQuery,
                "A prefetch cannot load a union, intersection or difference. Combine conditions with || and && instead."
            )
        }
        guard distinctTerms.isEmpty, lock == nil else { throw ORMError.notInPrefetch }
        var renderer = SQLRenderer(table: table, dialect: dialect, source: source)
        let link = renderer.rootLink(rows)
        let isSliced = limit != nil || offset != nil
        var selected = [SQL(raw: link.key)]
        if let runs, !isSliced, !isCondensed {
            selected.append(SQL(raw: try renderer.render(runs)))
        } else {
            for column in columns { selected.append(try renderer.render(column)) }
        }
        let condition = try filter.map { fragment throws(ORMError) in try renderer.render(fragment) }
        var grouped = groups
        let orders = SQL.joined(
            isSliced
                ? [try renderer.render(.joined(order.map(\.sql), separator: ", "))]
                : try orderTerms(&renderer, selected: &selected, grouped: &grouped), separator: ", ")
        let member = try renderer.render(keys.membership)
        var tail = SQL(" FROM \(renderer.fromClause)\(raw: link.join ?? "") WHERE \(raw: link.key)\(member)")
        if let condition { tail.append(" AND \(condition)") }
        let distinct = isDistinct ? "DISTINCT " : ""
        if isSliced { return ranked(selected, tail, orders, distinct) }
        var statement = SQL(raw: "SELECT \(distinct)")
        statement.append(.joined(selected, separator: ", "))
        statement.append(tail)
        if !order.isEmpty { statement.append(" ORDER BY \(orders)") }
        statement.origin = origin
        return statement
    }

    /// The rows numbered within each parent in a subquery, of which the slice is taken.
    private func ranked(_ selected: [SQL], _ tail: SQL, _ orders: SQL, _ distinct: String) -> SQL {
        let names = ["k"] + columns.indices.map { "c\($0)" }
        let columns = zip(selected, names).map { SQL("\($0) AS \(raw: $1)") }
        var statement = SQL(raw: "SELECT \(names.joined(separator: ", ")) FROM (SELECT \(distinct)")
        statement.append(.joined(columns, separator: ", "))
        statement.append(SQL(raw: ", ROW_NUMBER() OVER (PARTITION BY \(selected[0].text)"))
        if !orders.text.isEmpty { statement.append(" ORDER BY \(orders)") }
        statement.append(SQL(raw: ") AS n"))
        statement.append(tail)
        let first = Int64(offset ?? 0)
        statement.append(SQL(raw: ") AS ranked WHERE n > ?", bindings: [.integer(first)]))
        if let limit { statement.append(SQL(raw: " AND n <= ?", bindings: [.integer(first + Int64(limit))])) }
        statement.append(SQL(raw: " ORDER BY n"))
        statement.origin = origin
        return statement
    }
}

extension ORMError {
    fileprivate static var notInPrefetch: ORMError {
        ORMError(
            .invalidQuery,
            "A prefetch can neither keep the first rows by distinct(on:) nor lock rows. Write limit(1), which counts for each "
                + "parent, and lock by a query of its own, whose rows are then attached: rows.attaching(…).")
    }
}
