extension SelectStatement {
    /// The tables that the statement reads.
    @usableFromInline
    func tables(_ dialect: Dialect) -> Set<String> {
        var names: Set<String> = []
        addTables(to: &names, dialect)
        return names
    }

    fileprivate func addTables(to names: inout Set<String>, _ dialect: Dialect) {
        names.insert(table)
        names.formUnion(otherTables)
        for fragment in columns + distinctTerms + order.map(\.fragment) {
            fragment.addTables(to: &names, dialect)
        }
        filter?.addTables(to: &names, dialect)
        having?.addTables(to: &names, dialect)
        for operand in operands { operand.statement.addTables(to: &names, dialect) }
    }
}

extension SQLFragment {
    func addTables(to names: inout Set<String>, _ dialect: Dialect) {
        for part in parts {
            switch part {
            case .text, .value, .rendered: break
            case .column(let path, let name): path.addTables(to: &names, reading: name)
            case .related(let query): query.addTables(to: &names, dialect)
            case .subquery(let statement): statement.addTables(to: &names, dialect)
            case .outer(let fragment), .aggregate(let fragment): fragment.addTables(to: &names, dialect)
            case .varying(let fragment): fragment(dialect).addTables(to: &names, dialect)
            }
        }
    }
}

extension JoinPath {
    /// The tables that are joined to read a column; a related row's key is read from the foreign key.
    fileprivate func addTables(to names: inout Set<String>, reading column: String) {
        var hops = self.hops[...]
        if let last = hops.last, last.isForeignKey, last.key == column { hops.removeLast() }
        for hop in hops { names.insert(hop.table) }
    }
}

extension RelatedQuery {
    fileprivate func addTables(to names: inout Set<String>, _ dialect: Dialect) {
        if case .success(let rows) = rows { names.formUnion(rows.tables) }
        for hop in path.hops { names.insert(hop.table) }
        value?.addTables(to: &names, dialect)
        predicate?.addTables(to: &names, dialect)
    }
}

extension RelatedRows {
    /// The related table and the one between.
    var tables: Set<String> { through.map { [table, $0.table] } ?? [table] }
}
