/// Chooses a value by conditions, the first that holds.
///
/// ```swift
/// Case.when($0.amount > 100, "large").when($0.amount > 10, "middling").otherwise("small")
/// ```
public struct Case<Value: ColumnValue>: Sendable {
    private var branches: [(condition: SQLFragment, value: SQLFragment)]

    /// The value where the condition holds.
    public static func when(_ condition: Condition, _ value: Value) -> Case {
        Case(branches: [(condition.fragment, .typed(value))])
    }

    /// The value of an expression where the condition holds.
    public static func when(_ condition: Condition, _ value: some SelectExpression<Value>) -> Case {
        Case(branches: [(condition.fragment, value.fragment)])
    }

    /// The value where no condition before holds and this one does.
    public func when(_ condition: Condition, _ value: Value) -> Case {
        Case(branches: branches + [(condition.fragment, .typed(value))])
    }

    /// The value of an expression where no condition before holds and this one does.
    public func when(_ condition: Condition, _ value: some SelectExpression<Value>) -> Case {
        Case(branches: branches + [(condition.fragment, value.fragment)])
    }

    /// The value where no condition holds.
    public func otherwise(_ value: Value) -> SQLExpression<Value> { SQLExpression(sql(.typed(value))) }

    /// The value of an expression where no condition holds.
    public func otherwise(_ value: some SelectExpression<Value>) -> SQLExpression<Value> {
        SQLExpression(sql(value.fragment))
    }

    /// `NULL` where no condition holds.
    public func otherwiseNull() -> SQLExpression<Value?> { SQLExpression(sql("NULL")) }

    private func sql(_ last: SQLFragment) -> SQLFragment {
        var text: SQLFragment = "CASE"
        for branch in branches { text = text + " WHEN " + branch.condition + " THEN " + branch.value }
        return text + " ELSE " + last + " END"
    }
}
