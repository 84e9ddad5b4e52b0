/// Gives each path of relations its alias and writes fragments as text and bindings.
///
/// One renderer is one `FROM` clause: a join that two fragments need is made once.
struct SQLRenderer {
    let dialect: Dialect
    private let table: String
    /// A query that stands for the table's rows.
    var source: SQL?
    /// Whether the row of each join is looked up by its key, for each row of the table by itself.
    var looksUpJoins = false
    private let prefix: String
    private let rootAlias: String
    private var joins: [(path: JoinPath, alias: String, condition: SQL?)] = []
    private var subqueries = 0

    /// Begins a statement over a table, whose alias is `t0`, or the table's own name when `aliased` is false.
    ///
    /// - Parameter source: A query that stands for the table's rows.
    init(table: String, dialect: Dialect, prefix: String = "t", aliased: Bool = true, source: SQL? = nil) {
        self.dialect = dialect
        self.table = table
        self.source = source
        self.prefix = prefix
        rootAlias = aliased ? "\(prefix)0" : table.sqlIdentifier
    }

    /// Whether a fragment written so far needed a join.
    var hasJoins: Bool { !joins.isEmpty }

    /// Writes a fragment; joins it needs are added to ``fromClause``.
    ///
    /// - Throws: ``ORMError`` with code `invalidModel` when a relation in it contradicts the models, or `invalidQuery`
    ///   when it belongs to another query.
    mutating func render(_ fragment: SQLFragment) throws(ORMError) -> SQL {
        var text = ""
        var bindings: [SQLValue] = []
        for part in fragment.parts {
            let piece: SQL
            switch part {
            case .text(let literal):
                text += literal
                continue
            case .value(let value):
                text += "?"
                bindings.append(value)
                continue
            case .column(let path, let name):
                text += try reference(path, name)
                continue
            case .related(let query): piece = try related(query)
            case .subquery(let statement): piece = try subquery(statement)
            case .rendered(let sql): piece = sql
            case .aggregate(let fragment): piece = try render(fragment)
            case .varying(let fragment): piece = try render(fragment(dialect))
            case .outer:
                throw ORMError(
                    .invalidQuery,
                    "outer(…) stands in a query that is no subquery of another one. Leave it out there; one query can be "
                        + "in another, and not in that one's outer query.")
            }
            text += piece.text
            bindings += piece.bindings
        }
        return SQL(raw: text, bindings: bindings)
    }

    /// The root table and every join asked for so far.
    var fromClause: SQL {
        let root = source.map { SQL("(\($0)) AS \(raw: rootAlias)") }
        var text = root ?? SQL(raw: "\(table.sqlIdentifier) AS \(rootAlias)")
        for join in joins {
            guard let hop = join.path.hops.last else { continue }
            let kind = join.path.hops.contains(where: \.isNullable) ? "LEFT JOIN" : "JOIN"
            let parent = alias(ofKnown: join.path.parent)
            let column = "\(parent).\(hop.column.sqlIdentifier)"
            text.append(
                SQL(
                    raw: looksUpJoins
                        ? " \(kind) LATERAL (SELECT * FROM \(hop.table.sqlIdentifier) "
                            + "WHERE \(hop.key.sqlIdentifier) = \(column) OFFSET 0) AS \(join.alias) ON TRUE"
                        : " \(kind) \(hop.table.sqlIdentifier) AS \(join.alias) "
                            + "ON \(join.alias).\(hop.key.sqlIdentifier) = \(column)"))
            if let condition = join.condition { text.append(" AND \(condition)") }
        }
        return text
    }

    /// The column of the row that `path` leads to; the key of a related row is read from the foreign key, without a join.
    mutating func reference(_ path: JoinPath, _ name: String) throws(ORMError) -> String {
        if let origin = path.origin, origin != table { throw ORMError.foreignColumn(name, of: origin, in: table) }
        if let hop = path.hops.last, hop.isForeignKey, hop.key == name, !joins.contains(where: { $0.path == path }) {
            return try reference(path.parent, hop.column)
        }
        return "\(try alias(of: path)).\(name.sqlIdentifier)"
    }

    /// The alias of the table at the end of a path, which is joined if it is not yet.
    mutating func alias(of path: JoinPath) throws(ORMError) -> String {
        if path.hops.isEmpty { return rootAlias }
        if let join = joins.first(where: { $0.path == path }) { return join.alias }
        _ = try alias(of: path.parent)
        let alias = "\(prefix)\(joins.count + 1)"
        joins.append((path, alias, nil))
        guard let condition = path.hops.last?.condition else { return alias }
        let count = joins.count
        let sql = try render(condition.fragment.reached(by: path))
        guard joins.count == count else { throw .farCondition(path.hops.last?.table ?? "") }
        joins[count - 1].condition = sql
        return alias
    }

    private func alias(ofKnown path: JoinPath) -> String {
        joins.first { $0.path == path }?.alias ?? rootAlias
    }

    /// The column with the parent's key, and the join to the table it is in when that is another one.
    func rootLink(_ rows: RelatedRows) -> (key: String, join: String?) {
        guard let through = rows.through else {
            return ("\(rootAlias).\(rows.parentColumn.sqlIdentifier)", nil)
        }
        let alias = "\(prefix)l"
        return (
            "\(alias).\(rows.parentColumn.sqlIdentifier)",
            " JOIN \(through.table.sqlIdentifier) AS \(alias)"
                + " ON \(alias).\(through.column.sqlIdentifier) = \(rootAlias).\(through.key.sqlIdentifier)"
        )
    }
}

extension SQLRenderer {
    private mutating func nextPrefix() -> String {
        subqueries += 1
        return "\(prefix)e\(subqueries)_"
    }

    private mutating func related(_ query: RelatedQuery) throws(ORMError) -> SQL {
        let rows = try query.rows.get()
        let parent = try reference(query.path, rows.parentKey)
        var inner = SQLRenderer(table: rows.table, dialect: dialect, prefix: nextPrefix())
        let value = try query.value.map { value throws(ORMError) in try inner.render(value) }
        let predicate = try query.predicate.map { fragment throws(ORMError) in
            let resolved = try fragment.resolvingOuter(dialect) { outer throws(ORMError) in try render(outer) }
            return try inner.render(resolved)
        }
        let link = inner.rootLink(rows)
        var sql = SQL(raw: value == nil ? "EXISTS (SELECT 1" : "(SELECT ")
        if let value { sql.append(value) }
        sql.append(SQL(" FROM \(inner.fromClause)\(raw: link.join ?? "") WHERE \(raw: link.key) = \(raw: parent)"))
        if let predicate { sql.append(SQL(" AND (\(predicate))")) }
        sql.append(")")
        return sql
    }

    private mutating func subquery(_ statement: SelectStatement) throws(ORMError) -> SQL {
        let resolved = try statement.mappingEach { fragment throws(ORMError) in
            try fragment.resolvingOuter(dialect) { outer throws(ORMError) in try render(outer) }
        }
        return SQL("(\(try resolved.sql(dialect, prefix: nextPrefix())))")
    }
}

extension ORMError {
    fileprivate static func farCondition(_ table: String) -> ORMError {
        ORMError(
            .invalidQuery,
            "The condition of selectRelated(…, on:) follows a relation of \"\(table)\", and can only be about its own columns. "
                + "Ask about related rows by exists { … } or a subquery.",
            table: table)
    }

    fileprivate static func foreignColumn(_ name: String, of origin: String, in table: String) -> ORMError {
        ORMError(
            .invalidQuery,
            "\"\(name)\" of \"\(origin)\" stands in a query of \"\(table)\". In a subquery, take a column of the query "
                + "around it by outer(…).",
            table: table, columns: [name])
    }
}
