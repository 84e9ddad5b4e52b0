/// A column type the database can calculate with: `Int`, `Int64`, `Double`, and `Optional` of them.
public protocol NumericColumnValue: ComparableColumnValue {
    /// The type without `Optional`.
    associatedtype Number: ColumnValue
}

extension Int: NumericColumnValue {
    /// `Int` itself.
    public typealias Number = Int
}

extension Int64: NumericColumnValue {
    /// `Int64` itself.
    public typealias Number = Int64
}

extension Double: NumericColumnValue {
    /// `Double` itself.
    public typealias Number = Double
}

extension Optional: NumericColumnValue where Wrapped: NumericColumnValue {
    /// The wrapped number.
    public typealias Number = Wrapped.Number
}

extension SelectExpression where Value: NumericColumnValue {
    /// The value and a number, added.
    public static func + (left: Self, right: Value) -> SQLExpression<Value> { left.calculate("+", .value(right.sqlValue)) }
    /// The value less a number.
    public static func - (left: Self, right: Value) -> SQLExpression<Value> { left.calculate("-", .value(right.sqlValue)) }
    /// The value times a number.
    public static func * (left: Self, right: Value) -> SQLExpression<Value> { left.calculate("*", .value(right.sqlValue)) }
    /// Two values, added.
    public static func + (left: Self, right: some SelectExpression<Value>) -> SQLExpression<Value> {
        left.calculate("+", right.fragment)
    }
    /// The first value less the second.
    public static func - (left: Self, right: some SelectExpression<Value>) -> SQLExpression<Value> {
        left.calculate("-", right.fragment)
    }
    /// Two values, multiplied.
    public static func * (left: Self, right: some SelectExpression<Value>) -> SQLExpression<Value> {
        left.calculate("*", right.fragment)
    }

    private func calculate(_ symbol: String, _ right: SQLFragment) -> SQLExpression<Value> {
        SQLExpression("(" + fragment + SQLFragment([.text(" \(symbol) ")]) + right + ")")
    }
}
