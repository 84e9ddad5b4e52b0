/// A query as a value: what to read, from where, under which conditions, in which order, how much of it.
@usableFromInline
struct SelectStatement: Sendable {
    var table: String
    var primaryKey: String
    var columns: [SQLFragment] {
        didSet { runs = nil }
    }
    /// The same as ``columns`` where these are all columns of models.
    private(set) var runs: [ColumnRun]?
    /// A statement written by hand whose rows stand for the table's.
    var source: SQL?
    private(set) var condition: SQLFragment?
    /// The primary key's value where that is all that is asked for; it needs no ``condition``, as it is often written as a
    /// whole.
    private(set) var key: SQLValue?
    var order: [Ordering] = []
    /// The numbers, from 1, of the columns that rows are grouped by.
    var groups: [Int] = []
    /// A condition on groups.
    var having: SQLFragment?
    /// Queries whose rows are put together, each with the word before it; then nothing but order and slice is here.
    var operands: [Operand] = []
    var limit: Int?
    var offset: Int?
    var isDistinct = false
    /// Whether nothing may be selected besides the columns, since the query stands in another one.
    var keepsWidth = false
    /// Of rows with equal values in these only the first is kept.
    var distinctTerms: [SQLFragment] = []
    /// Whether it is known to have no rows, so that it need not run.
    var isNone = false
    var lock: Lock?
    /// A mistake made while the query was built; thrown when it runs.
    var problem: ORMError?
    /// Tables that it reads beside those of its columns.
    var otherTables: [String] = []
    /// Which models it reads, for the recorder.
    @usableFromInline var origin: StatementOrigin?

    struct Operand: Sendable {
        var word: String
        var statement: SelectStatement
    }

    var filter: SQLFragment? {
        get { key.map(keyCondition) ?? condition }
        set { (condition, key) = (newValue, nil) }
    }

    private func keyCondition(_ key: SQLValue) -> SQLFragment {
        .column(.root, primaryKey) + " = " + .value(key)
    }

    /// Adds a condition to those there are.
    mutating func require(_ predicate: SQLFragment) {
        filter = filter.map { $0 + " AND " + predicate } ?? predicate
    }

    /// Asks for the row with a primary key.
    @usableFromInline
    mutating func requireKey(_ key: SQLValue) {
        if condition == nil, self.key == nil { self.key = key } else { require(keyCondition(key)) }
    }

    /// The text that reads the row with a key, where this is a query for rows of one model and has no condition: it is there
    /// as a whole.
    private var lookup: String? {
        guard condition == nil, let runs, runs.count == 1, runs[0].path.hops.isEmpty, order.isEmpty, groups.isEmpty,
            distinctTerms.isEmpty, limit == nil, offset == nil, having == nil, lock == nil, source == nil, !isDistinct
        else { return nil }
        return runs[0].lookup
    }

    /// The statement that reads the row with a key, where this asks for all rows of a model and nothing else.
    func lookup(_ key: SQLValue, as origin: StatementOrigin?, at location: CallSite) -> Statement? {
        guard self.key == nil, problem == nil, operands.isEmpty, !isNone, let lookup else { return nil }
        return Statement(lookup, [key], at: location, origin: origin ?? self.origin)
    }

    /// Adds the columns of a joined query behind those there are.
    mutating func appendColumns(of related: SelectStatement, reachedBy path: JoinPath) {
        let joined: [ColumnRun]? =
            if let runs, let more = related.runs { runs + more.map { $0.reached(by: path) } } else { nil }
        columns += related.columns.map { $0.reached(by: path) }
        runs = joined
    }

    /// Whether rows are left out other than by conditions, so that counting needs a subquery.
    var isSliced: Bool {
        limit != nil || offset != nil || isDistinct || !distinctTerms.isEmpty || !groups.isEmpty || !operands.isEmpty
    }

    /// The statement in SQL's own order.
    ///
    /// - Parameter restoresOrder: Whether its rows are put into order where they are read (``RestoredOrder``).
    func sql(_ dialect: Dialect, prefix: String = "t", restoresOrder: Bool = false) throws(ORMError) -> SQL {
        if let problem { throw problem }
        if !operands.isEmpty { return try combined(dialect, prefix) }
        if !distinctTerms.isEmpty { return try firstOfEach(dialect, prefix: prefix) }
        if prefix == "t", let key, let lookup {
            var sql = SQL(raw: lookup, bindings: [key])
            sql.origin = origin
            return sql
        }
        var renderer = SQLRenderer(table: table, dialect: dialect, prefix: prefix, source: source)
        var selected: [SQL] =
            if let runs, !isCondensed {
                [SQL(raw: try renderer.render(runs))]
            } else {
                try columns.map { column throws(ORMError) in try renderer.render(column) }
            }
        let tail: SQL
        if renderer.hasJoins, let rows = try rowsToJoin(dialect, prefix) {
            renderer.source = rows
            renderer.looksUpJoins = isPage
            let leavesOrder = restoresOrder && restoredOrder(dialect) != nil
            tail = leavesOrder ? SQL(raw: "") : try ordered.clauses(&renderer, &selected)
        } else {
            tail = try clauses(&renderer, &selected)
        }
        var text = SQL(raw: isDistinct ? "SELECT DISTINCT " : "SELECT ")
        text.append(.joined(selected, separator: ", "))
        let locking = try lock.map { lock throws(ORMError) in try lock.clause(&renderer) }
        text.append(" FROM \(renderer.fromClause)")
        text.append(tail)
        if let locking { text.append(locking) }
        text.origin = origin
        return text
    }

    /// What stands behind the tables.
    func clauses(_ renderer: inout SQLRenderer, _ selected: inout [SQL]) throws(ORMError) -> SQL {
        var text = SQL(raw: "")
        if let filter {
            text.append(SQL(raw: " WHERE "))
            text.append(try renderer.render(filter))
        }
        let having = try having.map { having throws(ORMError) in try renderer.render(having) }
        var grouped = groups
        let order = try orderTerms(&renderer, selected: &selected, grouped: &grouped)
        if !grouped.isEmpty {
            text.append(SQL(raw: " GROUP BY \(grouped.map(String.init).joined(separator: ", "))"))
        }
        if let having { text.append(" HAVING \(having)") }
        if !order.isEmpty { text.append(" ORDER BY \(SQL.joined(order, separator: ", "))") }
        text.append(slice(renderer.dialect))
        return text
    }

    func slice(_ dialect: Dialect) -> SQL {
        var text = SQL(raw: "")
        if let limit, dialect == .postgreSQL {
            // As a number in the text: PostgreSQL plans for so many rows, and for a parameter without knowing how many.
            text.append(SQL(raw: " LIMIT \(limit)"))
        } else if let limit {
            text.append(SQL(raw: " LIMIT ?", bindings: [.integer(Int64(limit))]))
        } else if offset != nil, dialect == .sqlite {
            text.append(SQL(raw: " LIMIT -1"))
        }
        if let offset { text.append(SQL(raw: " OFFSET ?", bindings: [.integer(Int64(offset))])) }
        return text
    }
}

extension SelectStatement {
    /// All rows of a model.
    @usableFromInline
    init<M: Model>(_ model: M.Type) {
        let schema = M.schema
        self.init(table: schema.table, primaryKey: schema.primaryKey, columns: schema.selectColumns)
        runs = [schema.columnRun]
        origin = .query(M.self)
    }

    /// The rows of the operands put together, in this statement's order.
    private func combined(_ dialect: Dialect, _ prefix: String) throws(ORMError) -> SQL {
        let width = operands[0].statement.columns.count
        guard filter == nil, columns.count == width, groups.isEmpty, lock == nil, !isDistinct, distinctTerms.isEmpty
        else {
            throw ORMError(
                .invalidQuery,
                "After union, intersection or difference a query can only be ordered, sliced, counted and prefetched. "
                    + "Filter, join and annotate the queries that are put together.")
        }
        var text = SQL(raw: "")
        for operand in operands {
            var statement = operand.statement
            let isSliced =
                statement.limit != nil || statement.offset != nil || !statement.operands.isEmpty
                || !statement.distinctTerms.isEmpty
            if !isSliced { statement.order = [] }
            statement.keepsWidth = true
            let sql = try statement.sql(dialect, prefix: prefix)
            text.append(SQL(raw: operand.word))
            text.append(isSliced ? "SELECT * FROM (\(sql)) AS operand" : sql)
        }
        if !order.isEmpty { text.append(SQL(raw: " ORDER BY \(try positions(dialect).joined(separator: ", "))")) }
        text.append(slice(dialect))
        text.origin = origin
        return text
    }

    /// The order as numbers of columns: a name would be ambiguous.
    private func positions(_ dialect: Dialect) throws(ORMError) -> [String] {
        var renderer = SQLRenderer(table: table, dialect: dialect)
        var texts: [String] = []
        for column in columns { texts.append(try renderer.render(column).text) }
        return try order.map { term throws(ORMError) in
            let text = try renderer.render(term.fragment).text
            guard let position = texts.firstIndex(of: text) else {
                throw ORMError(
                    .invalidQuery,
                    "After union, intersection or difference rows can be ordered by their own columns only; \(text) is none."
                )
            }
            return "\(position + 1)\(term.suffix)"
        }
    }

    /// The statement with each of its pieces changed.
    func mapping(_ change: (SQLFragment) -> SQLFragment) -> SelectStatement {
        mappingEach { fragment in change(fragment) }
    }

    func mappingEach<Failure: Error>(
        _ change: (SQLFragment) throws(Failure) -> SQLFragment
    ) throws(Failure) -> SelectStatement {
        var copy = self
        copy.columns = try columns.map(change)
        copy.distinctTerms = try distinctTerms.map(change)
        if let filter { copy.filter = try change(filter) }
        if let having { copy.having = try change(having) }
        copy.order = try order.map { term throws(Failure) in
            var changed = term
            changed.fragment = try change(term.fragment)
            return changed
        }
        for index in operands.indices {
            copy.operands[index].statement = try operands[index].statement.mappingEach(change)
        }
        return copy
    }
}
