/// The statements that create a model's table and its indexes.
struct TableDefinition {
    let table: String
    let sql: [String]
    let problem: ORMError?
    private let references: Set<String>

    /// The model's own table, and those of its many-to-many relations that have one.
    static func tables<M: Model>(of model: M.Type, _ dialect: Dialect) -> [TableDefinition] {
        let own = TableDefinition(M.schema, M.indexes.map { ($0.columns, $0.isUnique) }, of: M.self, dialect)
        return [own]
            + M.schema.between.compactMap { $0.link.between?.schema }.map { schema in
                let pair = schema.columns.dropFirst().map(\.name)
                return TableDefinition(schema, [(pair, true)], of: M.self, dialect)
            }
    }

    private init(
        _ schema: ModelSchema, _ indexes: [(columns: [String], isUnique: Bool)], of model: Any.Type, _ dialect: Dialect
    ) {
        table = schema.table
        references = Set(schema.columns.compactMap { $0.foreignKey?.table }).subtracting([schema.table])
        let columns = schema.columns.map { "    \($0.definition(dialect))" }.joined(separator: ",\n")
        let create = "CREATE TABLE \(schema.table.sqlIdentifier) (\n\(columns)\n)\(dialect.tableOptions)"
        let single = schema.columns.filter { $0.isUnique || $0.isIndexed }
        sql =
            [create] + single.map { Self.index(schema.table, [$0.name], isUnique: $0.isUnique) }
            + indexes.map { Self.index(schema.table, $0.columns, isUnique: $0.isUnique) }
        problem = Self.problem(model, schema)
    }

    /// The tables in an order in which each comes after those it refers to; in a circle, as they were given.
    static func ordered(_ tables: [TableDefinition]) -> [TableDefinition] {
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
        if let foreignKey {
            text += " REFERENCES \(foreignKey.table.sqlIdentifier) (\(foreignKey.key.sqlIdentifier))"
            text += " ON DELETE \(foreignKey.onDelete.rawValue)"
        }
        return text
    }
}
