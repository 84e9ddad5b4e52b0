/// One column and its new value, in an update by query.
public struct Assignment: Sendable {
    let column: String
    let value: SQLFragment
    /// Why an update cannot make it, if it cannot.
    var problem: ORMError?
}

extension Column {
    /// Gives the column a value.
    public func set(_ value: Value) -> Assignment {
        Assignment(column: ownName, value: .value(value.sqlValue), problem: problem)
    }

    /// Gives the column a value that the database computes from the row: `$0.tries.set($0.tries + 1)`.
    public func set(_ expression: some SelectExpression<Value>) -> Assignment {
        Assignment(column: ownName, value: expression.fragment, problem: problem)
    }

    /// Why the column cannot be written with the rows of the query: it is a related row's.
    var problem: ORMError? {
        isOwn ? nil : .relatedAssignment(name, path)
    }
}

extension ModelColumns {
    /// Points a foreign key at another row, by the primary key of that: `$0.client.set(reference)`.
    public func set(_ reference: Reference<Table>?) -> Assignment {
        pointing(at: reference.sqlValue, in: Table.schema.primaryKey)
    }

    /// Points a foreign key at another row by a unique column of that: `$0.author.set(reference)`.
    ///
    /// Where the foreign key refers to another column than the reference, the database looks the row up; it sets `NULL` when
    /// there is none.
    public func set<Key>(_ reference: KeyedReference<Key>?) -> Assignment where Key.Table == Table {
        pointing(at: reference.sqlValue, in: Key.column)
    }

    /// The foreign key's new value: the one given, or what the row with it has in the column that the key refers to.
    private func pointing(at value: SQLValue, in column: String) -> Assignment {
        guard let hop = joinPath.hops.last, joinPath.hops.count == 1, hop.isForeignKey else {
            return Assignment(
                column: column, value: .value(value), problem: .relatedAssignment(Table.schema.table, joinPath))
        }
        if value.isNull || hop.key == column { return Assignment(column: hop.column, value: .value(value)) }
        let row = Table.objects.changed { $0.require(.column(.root, column) + " = " + .value(value)) }
        let key = row.subquery { _ in SQLExpression<Table.ID>(.column(.root, hop.key)) }
        return Assignment(column: hop.column, value: key.expression.fragment)
    }
}

extension ORMError {
    fileprivate static func relatedAssignment(_ name: String, _ path: JoinPath) -> ORMError {
        ORMError(
            .invalidQuery,
            "\"\(name)\" is not a column or foreign key of the rows that are updated, but of "
                + "\"\(path.hops.last?.table ?? name)\". Update those rows by a query of their own model.",
            table: path.origin, columns: [name])
    }
}
