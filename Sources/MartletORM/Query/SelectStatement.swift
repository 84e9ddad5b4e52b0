/// A query as a value: what to read, from where, under which conditions, in which order, how much of it.
struct SelectStatement: Sendable {
    var table: String
    var primaryKey: String
    var columns: [SQLFragment]
    var filter: SQLFragment?
    var order: [Ordering] = []
    var groups: [SQLFragment] = []
    var limit: Int?
    var offset: Int?
    var isDistinct = false
    /// A mistake made while the query was built; thrown when it runs.
    var problem: ORMError?
    /// Which models it reads, for the recorder.
    var origin: StatementOrigin?

    /// Adds a condition to those there are.
    mutating func require(_ predicate: SQLFragment) {
        filter = filter.map { $0 + " AND " + predicate } ?? predicate
    }

    /// Whether rows are left out other than by conditions, so that counting needs a subquery.
    var isSliced: Bool { limit != nil || offset != nil || isDistinct || !groups.isEmpty }

    /// The statement in SQL's own order.
    func sql(_ dialect: Dialect) throws(ORMError) -> SQL {
        if let problem { throw problem }
        var renderer = SQLRenderer(table: table, dialect: dialect)
        var text = SQL(raw: isDistinct ? "SELECT DISTINCT " : "SELECT ")
        text.append(try renderer.render(.joined(columns, separator: ", ")))
        let tail = try clauses(&renderer)
        text.append(SQL(raw: " FROM \(renderer.fromClause)"))
        text.append(tail)
        text.origin = origin
        return text
    }

    /// The statement that reads the related rows of many parents at once, the parent's key in front of each row.
    ///
    /// The keys are its first binding after those of the columns. A limit or offset counts for each parent.
    func sql(relatedBy rows: RelatedRows, keys: KeyArray, _ dialect: Dialect) throws(ORMError) -> SQL {
        if let problem { throw problem }
        var renderer = SQLRenderer(table: table, dialect: dialect)
        let link = renderer.rootLink(rows)
        var text = SQL(raw: "")
        let selected = try columns.enumerated().map { index, column throws(ORMError) in
            var piece = try renderer.render(column)
            if limit != nil || offset != nil { piece.append(SQL(raw: " AS c\(index)")) }
            return piece
        }
        for piece in selected {
            text.append(SQL(raw: ", "))
            text.append(piece)
        }
        let condition = try filter.map { fragment throws(ORMError) in try renderer.render(fragment) }
        let orders = try renderer.render(.joined(order.map(\.sql), separator: ", "))
        var tail = SQL(raw: " FROM \(renderer.fromClause)\(link.join ?? "") WHERE \(link.key)")
        tail.append(try renderer.render(keys.membership))
        if let condition {
            tail.append(SQL(raw: " AND "))
            tail.append(condition)
        }
        let distinct = isDistinct ? "DISTINCT " : ""
        guard limit != nil || offset != nil else {
            var statement = SQL(raw: "SELECT \(distinct)\(link.key)")
            statement.append(text)
            statement.append(tail)
            if !order.isEmpty {
                statement.append(SQL(raw: " ORDER BY "))
                statement.append(orders)
            }
            statement.origin = origin
            return statement
        }
        return ranked(link.key, text, tail, orders, distinct)
    }

    /// The rows numbered within each parent in a subquery, of which the slice is taken.
    private func ranked(_ key: String, _ columns: SQL, _ tail: SQL, _ orders: SQL, _ distinct: String) -> SQL {
        let names = self.columns.indices.map { ", c\($0)" }.joined()
        var statement = SQL(raw: "SELECT k\(names) FROM (SELECT \(distinct)\(key) AS k")
        statement.append(columns)
        statement.append(SQL(raw: ", ROW_NUMBER() OVER (PARTITION BY \(key)"))
        if !orders.text.isEmpty {
            statement.append(SQL(raw: " ORDER BY "))
            statement.append(orders)
        }
        statement.append(SQL(raw: ") AS n"))
        statement.append(tail)
        let first = Int64(offset ?? 0)
        statement.append(SQL(raw: ") AS ranked WHERE n > ?", bindings: [.integer(first)]))
        if let limit { statement.append(SQL(raw: " AND n <= ?", bindings: [.integer(first + Int64(limit))])) }
        statement.append(SQL(raw: " ORDER BY n"))
        statement.origin = origin
        return statement
    }

    private func clauses(_ renderer: inout SQLRenderer) throws(ORMError) -> SQL {
        var text = SQL(raw: "")
        if let filter {
            text.append(SQL(raw: " WHERE "))
            text.append(try renderer.render(filter))
        }
        if !groups.isEmpty {
            text.append(SQL(raw: " GROUP BY "))
            text.append(try renderer.render(.joined(groups, separator: ", ")))
        }
        if !order.isEmpty {
            text.append(SQL(raw: " ORDER BY "))
            text.append(try renderer.render(.joined(order.map(\.sql), separator: ", ")))
        }
        if let limit {
            text.append(SQL(raw: " LIMIT ?", bindings: [.integer(Int64(limit))]))
        } else if offset != nil, renderer.dialect == .sqlite {
            text.append(SQL(raw: " LIMIT -1"))
        }
        if let offset { text.append(SQL(raw: " OFFSET ?", bindings: [.integer(Int64(offset))])) }
        return text
    }
}
