/// Gives each path of relations its alias and writes fragments as text and bindings.
///
/// One renderer is one `FROM` clause: a join that two fragments need is made once.
struct SQLRenderer {
    let dialect: Dialect
    private let table: String
    private let prefix: String
    private let rootAlias: String
    private var joins: [(path: JoinPath, alias: String)] = []
    private var subqueries = 0

    /// Begins a statement over a table, whose alias is `t0`, or the table's own name when `aliased` is false.
    init(table: String, dialect: Dialect, prefix: String = "t", aliased: Bool = true) {
        self.dialect = dialect
        self.table = table
        self.prefix = prefix
        rootAlias = aliased ? "\(prefix)0" : table.sqlIdentifier
    }

    /// Whether a fragment written so far needed a join.
    var hasJoins: Bool { !joins.isEmpty }

    /// Writes a fragment; joins it needs are added to ``fromClause``.
    ///
    /// - Throws: ``ORMError`` with code `invalidModel` when a relation in it contradicts the models.
    mutating func render(_ fragment: SQLFragment) throws(ORMError) -> SQL {
        var text = ""
        var bindings: [SQLValue] = []
        for part in fragment.parts {
            switch part {
            case .text(let literal): text += literal
            case .value(let value):
                text += "?"
                bindings.append(value)
            case .column(let path, let name): text += reference(path, name)
            case .exists(let rows, let path, let predicate):
                let subquery = try exists(try rows.get(), of: path, where: predicate)
                text += subquery.text
                bindings += subquery.bindings
            case .varying(let fragment):
                let piece = try render(fragment(dialect))
                text += piece.text
                bindings += piece.bindings
            }
        }
        return SQL(raw: text, bindings: bindings)
    }

    /// The root table and every join asked for so far.
    var fromClause: String {
        joins.reduce(into: "\(table.sqlIdentifier) AS \(rootAlias)") { text, join in
            guard let hop = join.path.hops.last else { return }
            let kind = join.path.hops.contains(where: \.isNullable) ? "LEFT JOIN" : "JOIN"
            let parent = alias(ofKnown: join.path.parent)
            text += " \(kind) \(hop.table.sqlIdentifier) AS \(join.alias)"
            text += " ON \(join.alias).\(hop.key.sqlIdentifier) = \(parent).\(hop.column.sqlIdentifier)"
        }
    }

    /// The column of the row that `path` leads to; the key of a related row is read from the foreign key, without a join.
    private mutating func reference(_ path: JoinPath, _ name: String) -> String {
        if let hop = path.hops.last, hop.isForeignKey, hop.key == name, !joins.contains(where: { $0.path == path }) {
            return reference(path.parent, hop.column)
        }
        return "\(alias(of: path)).\(name.sqlIdentifier)"
    }

    private mutating func alias(of path: JoinPath) -> String {
        if path.hops.isEmpty { return rootAlias }
        if let join = joins.first(where: { $0.path == path }) { return join.alias }
        _ = alias(of: path.parent)
        let alias = "\(prefix)\(joins.count + 1)"
        joins.append((path, alias))
        return alias
    }

    private func alias(ofKnown path: JoinPath) -> String {
        joins.first { $0.path == path }?.alias ?? rootAlias
    }

    private mutating func exists(
        _ rows: RelatedRows, of path: JoinPath, where predicate: SQLFragment?
    ) throws(ORMError) -> SQL {
        subqueries += 1
        let parent = reference(path, rows.parentKey)
        var inner = SQLRenderer(table: rows.table, dialect: dialect, prefix: "\(prefix)e\(subqueries)_")
        let condition: SQL? = if let predicate { try inner.render(predicate) } else { nil }
        let link = inner.rootLink(rows)
        let from = inner.fromClause + (link.join ?? "")
        return SQL(
            raw: "EXISTS (SELECT 1 FROM \(from) WHERE \(link.key) = \(parent)"
                + (condition.map { " AND (\($0.text))" } ?? "")
                + ")",
            bindings: condition?.bindings ?? [])
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
