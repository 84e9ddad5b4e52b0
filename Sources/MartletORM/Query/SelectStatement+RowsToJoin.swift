extension SelectStatement {
    /// The rows of the table that the slice leaves, as a query that stands for the table in the joins; `nil` where the
    /// joins are needed to find them, or where it is all the same.
    ///
    /// PostgreSQL joins all rows that the conditions leave before it sorts them and takes the first, often by reading the
    /// joined table as a whole: it does not know that each row has one partner, by a foreign key, or may have one, by a
    /// left join. SQLite looks partners up one by one, and loses nothing.
    func rowsToJoin(_ dialect: Dialect, _ prefix: String) throws(ORMError) -> SQL? {
        // Of other columns one may look at all rows, as a window does.
        let isPlain = runs != nil && !isCondensed && having == nil && lock == nil && order.allSatisfy(\.isColumn)
        guard dialect == .postgreSQL, prefix == "t", limit != nil, isPlain, keepsRows else { return nil }
        var renderer = SQLRenderer(table: table, dialect: dialect, source: source)
        var selected: [SQL] = []
        let tail = try clauses(&renderer, &selected)
        return renderer.hasJoins ? nil : SQL("SELECT * FROM \(renderer.fromClause)\(tail)")
    }

    /// Whether no join loses rows: an inner one does by a foreign key without a constraint.
    var keepsRows: Bool {
        runs?.allSatisfy { $0.path.hops.allSatisfy { $0.isNullable || $0.isForeignKey } } ?? false
    }

    /// Whether it has so few rows that to look partners up one by one costs next to nothing.
    ///
    /// Asked for a join PostgreSQL weighs that against reading the joined table as a whole, and with some thousand rows it is
    /// a matter of luck what it takes; `OFFSET 0` keeps it from weighing.
    var isPage: Bool { limit.map { $0 <= 200 } ?? false }

    /// The statement over ``rowsToJoin(_:_:)``, whose order a join may lose.
    var ordered: SelectStatement {
        var copy = self
        (copy.filter, copy.limit, copy.offset) = (nil, nil, nil)
        return copy
    }
}

extension Ordering {
    /// Whether it is a column as it is, which costs nothing to be sorted by twice.
    fileprivate var isColumn: Bool {
        if case .column? = fragment.parts.first { fragment.parts.count == 1 } else { false }
    }
}
