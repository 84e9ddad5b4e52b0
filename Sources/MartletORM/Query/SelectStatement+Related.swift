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
        var renderer = SQLRenderer(table: table, dialect: dialect, source: source)
        let link = renderer.rootLink(rows)
        let isSliced = limit != nil || offset != nil
        var text = SQL(raw: "")
        if !isSliced, let runs {
            text.append(SQL(raw: ", " + (try renderer.render(runs))))
        } else {
            for (index, column) in columns.enumerated() {
                text.append(SQL(", \(try renderer.render(column))"))
                if isSliced { text.append(SQL(raw: " AS c\(index)")) }
            }
        }
        let condition = try filter.map { fragment throws(ORMError) in try renderer.render(fragment) }
        let orders = try renderer.render(.joined(order.map(\.sql), separator: ", "))
        let member = try renderer.render(keys.membership)
        var tail = SQL(" FROM \(renderer.fromClause)\(raw: link.join ?? "") WHERE \(raw: link.key)\(member)")
        if let condition { tail.append(" AND \(condition)") }
        let distinct = isDistinct ? "DISTINCT " : ""
        if isSliced { return ranked(link.key, text, tail, orders, distinct) }
        var statement = SQL(raw: "SELECT \(distinct)\(link.key)")
        statement.append(text)
        statement.append(tail)
        if !order.isEmpty { statement.append(" ORDER BY \(orders)") }
        statement.origin = origin
        return statement
    }

    /// The rows numbered within each parent in a subquery, of which the slice is taken.
    private func ranked(_ key: String, _ columns: SQL, _ tail: SQL, _ orders: SQL, _ distinct: String) -> SQL {
        let names = self.columns.indices.map { ", c\($0)" }.joined()
        var statement = SQL(raw: "SELECT k\(names) FROM (SELECT \(distinct)\(key) AS k")
        statement.append(columns)
        statement.append(SQL(raw: ", ROW_NUMBER() OVER (PARTITION BY \(key)"))
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
