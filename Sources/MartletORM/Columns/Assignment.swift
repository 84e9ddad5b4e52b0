/// One column and its new value, in an update by query.
public struct Assignment: Sendable {
    let column: String
    let value: SQLFragment
}

extension Column {
    /// Gives the column a value.
    public func set(_ value: Value) -> Assignment {
        Assignment(column: ownName, value: .value(value.sqlValue))
    }

    /// Gives the column a value that the database computes from the row: `$0.tries.set($0.tries + 1)`.
    public func set(_ expression: some SelectExpression<Value>) -> Assignment {
        Assignment(column: ownName, value: expression.fragment)
    }
}

extension ModelColumns {
    /// Points a foreign key at another row: `$0.client.set(reference)`.
    public func set(_ reference: Reference<Table>?) -> Assignment {
        Assignment(column: joinPath.hops.last?.column ?? Table.schema.primaryKey, value: .value(reference.sqlValue))
    }
}
