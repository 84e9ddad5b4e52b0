extension SelectStatement {
    /// The statement that keeps, of rows with equal values in some terms, the first in the order.
    ///
    /// PostgreSQL has `DISTINCT ON`, if the order begins with the terms. Otherwise the rows of each are numbered.
    func firstOfEach(_ dialect: Dialect, prefix: String) throws(ORMError) -> SQL {
        guard groups.isEmpty, having == nil, !isDistinct, lock == nil else { throw ORMError.distinctOn }
        var renderer = SQLRenderer(table: table, dialect: dialect, prefix: prefix, source: source)
        let order =
            self.order.isEmpty ? distinctTerms.map { Ordering($0, descending: false) } + [keyOrder] : self.order
        var pieces = DistinctPieces()
        for column in columns { pieces.columns.append(try renderer.render(column)) }
        for term in distinctTerms { pieces.terms.append(try renderer.render(term)) }
        for term in order { pieces.order.append((try renderer.render(term.fragment), term.suffix)) }
        let condition = try filter.map { fragment throws(ORMError) in try renderer.render(fragment) }
        var tail = SQL(" FROM \(renderer.fromClause)")
        if let condition { tail.append(" WHERE \(condition)") }
        let isNative = dialect == .postgreSQL && pieces.orderBeginsWithTerms
        var text = isNative ? pieces.distinctOn(tail) : pieces.numbered(tail)
        text.append(slice(dialect))
        text.origin = origin
        return text
    }
}

/// The written parts of a query with `distinct(on:)`.
private struct DistinctPieces {
    var columns: [SQL] = []
    var terms: [SQL] = []
    var order: [(sql: SQL, suffix: String)] = []

    /// Whether the database sees that the order begins with the terms: parameters are different ones to it each time.
    var orderBeginsWithTerms: Bool {
        order.count >= terms.count && terms.allSatisfy(\.bindings.isEmpty)
            && Set(order.prefix(terms.count).map(\.sql)) == Set(terms)
    }

    func distinctOn(_ tail: SQL) -> SQL {
        "SELECT DISTINCT ON (\(list(terms))) \(list(columns))\(tail) ORDER BY \(list(orders))"
    }

    func numbered(_ tail: SQL) -> SQL {
        let named = columns.enumerated().map { SQL("\($1) AS c\(raw: String($0))") }
        let ordered = order.enumerated().map { SQL("\($1.sql) AS o\(raw: String($0))") }
        let names = columns.indices.map { "c\($0)" }.joined(separator: ", ")
        let places = order.enumerated().map { "o\($0)\($1.suffix)" }.joined(separator: ", ")
        let number: SQL = "ROW_NUMBER() OVER (PARTITION BY \(list(terms)) ORDER BY \(list(orders)))"
        return """
            SELECT \(raw: names) FROM (SELECT \(list(named + ordered)), \(number) AS n\(tail)) AS numbered \
            WHERE n = 1 ORDER BY \(raw: places)
            """
    }

    private var orders: [SQL] { order.map { SQL("\($0.sql)\(raw: $0.suffix)") } }

    private func list(_ parts: [SQL]) -> SQL {
        var text = SQL(raw: "")
        for (index, part) in parts.enumerated() {
            if index > 0 { text.append(", ") }
            text.append(part)
        }
        return text
    }
}

extension ORMError {
    fileprivate static var distinctOn: ORMError {
        ORMError(
            .invalidQuery,
            "distinct(on:) keeps whole rows, so it goes with no aggregates, having, distinct() or selectForUpdate. "
                + "Write values(on:) for groups, or lock the rows by their keys.")
    }
}
