/// The statements that create a model's table and its indexes.
struct TableDefinition {
    let table: String
    let problem: ORMError?
    private let columns: [ColumnSchema]
    private let indexes: [String]

    /// The model's own table, and those of its many-to-many relations that have one.
    static func tables<M: Model>(of model: M.Type, _ dialect: Dialect) -> [TableDefinition] {
        let indexes = M.indexes
        let own = TableDefinition(
            M.schema, indexes.map { ($0.columns, $0.isUnique) }, of: M.self, dialect,
            problem: indexes.lazy.compactMap(\.problem).first)
        return [own]
            + M.schema.between.compactMap { $0.link.between?.schema }.map { schema in
                let pair = schema.columns.dropFirst().map(\.name)
                return TableDefinition(schema, [(pair, true)], of: M.self, dialect)
            }
    }

    private init(
        _ schema: ModelSchema, _ indexes: [(columns: [String], isUnique: Bool)], of model: Any.Type, _ dialect: Dialect,
        problem: ORMError? = nil
    ) {
        table = schema.table
        columns = schema.columns
        let single = schema.columns.filter { $0.isUnique || $0.isIndexed }
        self.indexes =
            single.map { Self.index(schema.table, [$0.name], isUnique: $0.isUnique) }
            + indexes.map { Self.index(schema.table, $0.columns, isUnique: $0.isUnique) }
        self.problem = problem ?? Self.problem(model, schema)
    }

    /// The statements that create the tables, each after those it refers to.
    ///
    /// PostgreSQL has those foreign keys added behind the tables that refer to what comes later: a table in a circle, or a
    /// unique column of their own table, which is one by its index only. SQLite takes them as they are.
    static func sql(creating tables: [TableDefinition], _ dialect: Dialect) -> [String] {
        let tables = ordered(tables)
        var sql: [String] = []
        var added: [String] = []
        for (index, table) in tables.enumerated() {
            let later = dialect == .sqlite ? [] : table.later(than: tables[(index + 1)...])
            sql += table.sql(dialect, without: later)
            added += table.foreignKeys(to: later)
        }
        return sql + added
    }

    private func sql(_ dialect: Dialect, without later: Set<String>) -> [String] {
        let lines = columns.map { column in
            let isAddedLater = column.constraint.map { later.contains($0.table) } ?? false
            return "    \(column.definition(dialect))\(isAddedLater ? "" : column.foreignKeyClause)"
        }
        let list = lines.joined(separator: ",\n")
        return ["CREATE TABLE \(table.sqlIdentifier) (\n\(list)\n)\(dialect.tableOptions)"] + indexes
    }

    private func foreignKeys(to later: Set<String>) -> [String] {
        columns.filter { $0.constraint.map { later.contains($0.table) } ?? false }.map { column in
            "ALTER TABLE \(table.sqlIdentifier) ADD FOREIGN KEY (\(column.name.sqlIdentifier))\(column.foreignKeyClause)"
        }
    }

    /// The tables to which a foreign key of this one can be added only later.
    private func later(than others: ArraySlice<TableDefinition>) -> Set<String> {
        var names = Set(others.map(\.table))
        if columns.contains(where: { $0.constraint.map { $0.table == table && $0.isKeyed } ?? false }) {
            names.insert(table)
        }
        return names
    }

    /// The tables that this one refers to, itself left out.
    private var references: Set<String> {
        Set(columns.compactMap { $0.constraint?.table }).subtracting([table])
    }

    /// The tables in an order in which each comes after those it refers to; in a circle, as they were given.
    private static func ordered(_ tables: [TableDefinition]) -> [TableDefinition] {
        var waiting = tables
        var ordered: [TableDefinition] = []
        while !waiting.isEmpty {
            let names = Set(waiting.map(\.table))
            let next = waiting.firstIndex { $0.references.isDisjoint(with: names) } ?? 0
            ordered.append(waiting.remove(at: next))
        }
        return ordered
    }

    private static func index(_ table: String, _ columns: [String], isUnique: Bool) -> String {
        let name = "\(table)_\(columns.joined(separator: "_"))_\(isUnique ? "unique" : "index")"
        let list = columns.map(\.sqlIdentifier).joined(separator: ", ")
        return "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(name.sqlIdentifier) ON \(table.sqlIdentifier) (\(list))"
    }

    private static func problem(_ model: Any.Type, _ schema: ModelSchema) -> ORMError? {
        let names = schema.columns.map(\.name)
        guard let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) else { return nil }
        return ORMError(
            .invalidModel,
            "\(model) has two columns named \"\(twice)\"; give one of the properties another with @Column(\"name\").",
            table: schema.table, columns: [twice])
    }
}

extension ColumnSchema {
    fileprivate func definition(_ dialect: Dialect) -> String {
        var text = "\(name.sqlIdentifier) \(dialect.typeName(of: storage))"
        if isPrimaryKey {
            text += dialect.primaryKeyClause(of: storage)
        } else if !isNullable {
            text += " NOT NULL"
        }
        return text
    }

    /// The foreign key that the database is told of.
    fileprivate var constraint: ForeignKey? { foreignKey.flatMap { $0.isConstraint ? $0 : nil } }

    fileprivate var foreignKeyClause: String {
        guard let foreignKey = constraint else { return "" }
        return " REFERENCES \(foreignKey.table.sqlIdentifier) (\(foreignKey.key.sqlIdentifier))"
            + " ON DELETE \(foreignKey.onDelete.rawValue)"
    }
}
