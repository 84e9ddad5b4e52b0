extension SelectStatement {
    /// The statement that reads all rows that a relation of the table to itself leads to, whatever their level.
    ///
    /// The first part collects the keys that rows belong to: those of the parents, then those of the rows found. It adds
    /// each key once, so that it ends when the rows form a circle.
    func sql(
        treeBy rows: RelatedRows, keys: KeyArray, of storage: ColumnStorage, depth: Int?, _ dialect: Dialect
    ) throws(ORMError) -> SQL {
        if let problem = treeProblem(rows, depth) { throw problem }
        var renderer = SQLRenderer(table: table, dialect: dialect, source: source)
        let link = renderer.rootLink(rows)
        let columns = try renderer.render(.joined(columns, separator: ", "))
        let condition = try filter.map { fragment throws(ORMError) in try renderer.render(fragment) }
        let orders = try renderer.render(.joined(order.map(\.sql), separator: ", "))
        var text = SQL(raw: "WITH RECURSIVE martlet_tree (key\(depth == nil ? "" : ", depth")) AS (")
        text.append(try renderer.render(keys.rows(of: storage, and: depth == nil ? "" : ", 0")))
        text.append(try step(rows, depth, dialect))
        text.append(") SELECT \(raw: link.key), \(columns) FROM \(renderer.fromClause)")
        text.append(SQL(raw: " WHERE \(link.key) IN (SELECT key FROM martlet_tree)"))
        if let condition { text.append(" AND \(condition)") }
        if !order.isEmpty { text.append(" ORDER BY \(orders)") }
        text.origin = origin
        return text
    }

    /// From the keys found so far to the keys of the rows that belong to them.
    private func step(_ rows: RelatedRows, _ depth: Int?, _ dialect: Dialect) throws(ORMError) -> SQL {
        var renderer = SQLRenderer(table: table, dialect: dialect, prefix: "n", source: source)
        let link = renderer.rootLink(rows)
        let key = try renderer.render(.column(.root, rows.parentKey))
        var conditions: [SQL] = []
        if let filter { conditions.append(try renderer.render(filter)) }
        if let depth { conditions.append("martlet_tree.depth < \(depth - 1)") }
        var text: SQL = " UNION SELECT \(key)\(raw: depth == nil ? "" : ", martlet_tree.depth + 1")"
        text.append(" FROM \(renderer.fromClause) JOIN martlet_tree ON martlet_tree.key = \(raw: link.key)")
        for (index, condition) in conditions.enumerated() {
            text.append("\(raw: index == 0 ? " WHERE " : " AND ")\(condition)")
        }
        return text
    }

    private func treeProblem(_ rows: RelatedRows, _ depth: Int?) -> ORMError? {
        if let problem { return problem }
        if isSliced || having != nil {
            return ORMError(
                .invalidQuery,
                "prefetchTree loads whole branches: its closure can filter, order and load more, but not limit, offset or "
                    + "make distinct. Say how deep it goes: prefetchTree(…, depth: 3).")
        }
        if rows.through != nil {
            return ORMError(
                .invalidQuery,
                "prefetchTree follows a foreign key; rows related by a table between form no tree. Load so many levels as "
                    + "are needed: prefetchRelated(…) { $0.prefetchRelated(…) }.")
        }
        guard let depth, !(1...treeDepthLimit).contains(depth) else { return nil }
        return ORMError(
            .invalidQuery, "prefetchTree(depth: \(depth)) is out of range: give 1 to \(treeDepthLimit), or none.")
    }
}

/// The deepest tree there can be: values within values are made, read and freed level by level.
let treeDepthLimit = 1000

extension KeyArray {
    /// The values as a query with one row for each.
    fileprivate func rows(of storage: ColumnStorage, and more: String) -> SQLFragment {
        let type = Dialect.postgreSQL.typeName(of: .array(storage))
        let array = "SELECT unnest(CAST(" + SQLFragment.value(.array(values)) + .raw(" AS \(type)))\(more)")
        return .by(sqlite: sqliteRows(more), postgreSQL: array)
    }

    private func sqliteRows(_ more: String) -> SQLFragment {
        if let json { return .raw("SELECT value\(more) FROM json_each(") + .value(.text(json)) + ")" }
        return .joined(values.map { "SELECT " + .value($0) + .raw(more) }, separator: " UNION ALL ")
    }
}
