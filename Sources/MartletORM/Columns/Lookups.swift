// Every lookup has a name; the operators are short forms of the names, for the types whose order the database knows.

extension SelectExpression {
    /// Whether the value is this one; `nil` asks for `NULL`.
    public func equals(_ value: Value) -> Condition {
        value.sqlValue.isNull ? isNull : Condition(fragment + " = " + .value(value.sqlValue))
    }

    /// Whether the value is another one; as in Swift, `NULL` is another one than any value.
    public func isNot(_ value: Value) -> Condition {
        if value.sqlValue.isNull { return isNotNull }
        let mayBeNull = Value.isNullable || fragment.isOfOptionalRow
        return Condition(fragment + (mayBeNull ? " IS DISTINCT FROM " : " <> ") + .value(value.sqlValue))
    }

    /// Whether the value is one of these, which travel as a single parameter.
    public func isIn(_ values: some Collection<Value>) -> Condition {
        let keys = KeyArray(values.map(\.sqlValue))
        guard case .array = Value.storage else { return Condition(fragment + keys.membership) }
        // PostgreSQL has no array of arrays of different lengths.
        return values.isEmpty ? Condition("FALSE") : Condition(fragment + keys.list)
    }

    /// Whether the value is one of these; short for ``isIn(_:)``.
    public func `in`(_ values: some Collection<Value>) -> Condition { isIn(values) }

    /// Whether the column holds `NULL`.
    public var isNull: Condition { Condition(fragment + " IS NULL") }

    /// Whether the column holds a value.
    public var isNotNull: Condition { Condition(fragment + " IS NOT NULL") }

    /// Whether the value is this one.
    public static func == (column: Self, value: Value) -> Condition { column.equals(value) }
    /// Whether the value is another one.
    public static func != (column: Self, value: Value) -> Condition { column.isNot(value) }
    /// Whether two columns hold the same value.
    public static func == (left: Self, right: some SelectExpression<Value>) -> Condition { left.compare("=", right) }
    /// Whether two columns hold different values.
    public static func != (left: Self, right: some SelectExpression<Value>) -> Condition {
        left.compare("IS DISTINCT FROM", right)
    }

    func compare(_ symbol: String, _ value: Value) -> Condition {
        Condition(fragment + SQLFragment([.text(" \(symbol) ")]) + .value(value.sqlValue))
    }

    func compare(_ symbol: String, _ other: some SelectExpression<Value>) -> Condition {
        Condition(fragment + SQLFragment([.text(" \(symbol) ")]) + other.fragment)
    }
}

extension SelectExpression where Value: ComparableColumnValue {
    /// Whether the value is smaller.
    public func isLess(than value: Value) -> Condition { compare("<", value) }
    /// Whether the value is smaller or equal.
    public func isAtMost(_ value: Value) -> Condition { compare("<=", value) }
    /// Whether the value is larger.
    public func isGreater(than value: Value) -> Condition { compare(">", value) }
    /// Whether the value is larger or equal.
    public func isAtLeast(_ value: Value) -> Condition { compare(">=", value) }
    /// Whether the value lies between two others, both included.
    public func isBetween(_ lower: Value, _ upper: Value) -> Condition {
        Condition(fragment + " BETWEEN " + .value(lower.sqlValue) + " AND " + .value(upper.sqlValue))
    }

    /// Whether the value is smaller.
    public static func < (column: Self, value: Value) -> Condition { column.compare("<", value) }
    /// Whether the value is smaller or equal.
    public static func <= (column: Self, value: Value) -> Condition { column.compare("<=", value) }
    /// Whether the value is larger.
    public static func > (column: Self, value: Value) -> Condition { column.compare(">", value) }
    /// Whether the value is larger or equal.
    public static func >= (column: Self, value: Value) -> Condition { column.compare(">=", value) }
    /// Whether the first column's value is smaller.
    public static func < (left: Self, right: some SelectExpression<Value>) -> Condition { left.compare("<", right) }
    /// Whether the first column's value is smaller or equal.
    public static func <= (left: Self, right: some SelectExpression<Value>) -> Condition { left.compare("<=", right) }
    /// Whether the first column's value is larger.
    public static func > (left: Self, right: some SelectExpression<Value>) -> Condition { left.compare(">", right) }
    /// Whether the first column's value is larger or equal.
    public static func >= (left: Self, right: some SelectExpression<Value>) -> Condition { left.compare(">=", right) }
}
