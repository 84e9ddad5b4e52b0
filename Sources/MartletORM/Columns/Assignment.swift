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
        path.hops.isEmpty || foreignKey != nil ? nil : .relatedAssignment(name, path)
    }
}

extension ModelColumns {
    /// Points a foreign key at another row: `$0.client.set(reference)`.
    public func set(_ reference: Reference<Table>?) -> Assignment {
        guard let hop = joinPath.hops.last, joinPath.hops.count == 1, hop.isForeignKey else {
            return Assignment(
                column: Table.schema.primaryKey, value: .value(reference.sqlValue),
                problem: .relatedAssignment(Table.schema.table, joinPath))
        }
        return Assignment(column: hop.column, value: .value(reference.sqlValue))
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
