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

/// A column type of whole numbers: `Int`, `Int64`, also where nullable.
public protocol IntegerColumnValue: NumericColumnValue {}

extension Int: IntegerColumnValue {}
extension Int64: IntegerColumnValue {}
extension Optional: IntegerColumnValue where Wrapped: IntegerColumnValue {}

extension SelectExpression where Value: NumericColumnValue {
    /// The value and a number, added.
    public static func + (left: Self, right: Value) -> SQLExpression<Value> {
        left.calculated("+", right)
    }
    /// The value less a number.
    public static func - (left: Self, right: Value) -> SQLExpression<Value> {
        left.calculated("-", right)
    }
    /// The value times a number.
    public static func * (left: Self, right: Value) -> SQLExpression<Value> {
        left.calculated("*", right)
    }
    /// Two values, added.
    public static func + (left: Self, right: some SelectExpression<Value>) -> SQLExpression<Value> {
        left.calculated("+", right)
    }
    /// The first value less the second.
    public static func - (left: Self, right: some SelectExpression<Value>) -> SQLExpression<Value> {
        left.calculated("-", right)
    }
    /// Two values, multiplied.
    public static func * (left: Self, right: some SelectExpression<Value>) -> SQLExpression<Value> {
        left.calculated("*", right)
    }

    /// The value divided by a number; whole numbers give a whole one, and a division by 0 gives `NULL` on SQLite and an
    /// error on PostgreSQL.
    public func divided(by right: Value) -> SQLExpression<Value> { calculated("/", right) }
    /// The value divided by another.
    public func divided(by right: some SelectExpression<Value>) -> SQLExpression<Value> { calculated("/", right) }
    /// What remains when the value is divided, with the value's sign: -7 modulo 3 is -1, as in Swift.
    public func modulo(_ right: Value) -> SQLExpression<Value> {
        guard Value.storage == .real else { return calculated("%", right) }
        // Neither SQLite nor PostgreSQL has the operator for floating point numbers; PostgreSQL has it for decimal ones.
        return SQLExpression(
            .by(
                sqlite: .call("MOD", [fragment, .value(right.sqlValue)]),
                postgreSQL: "CAST(MOD(CAST(" + fragment + " AS numeric), CAST(" + .value(right.sqlValue)
                    + " AS numeric)) AS double precision)"))
    }

    func calculated(_ symbol: String, _ right: Value) -> SQLExpression<Value> {
        calculated(symbol, .value(right.sqlValue))
    }

    func calculated(_ symbol: String, _ right: some SelectExpression<Value>) -> SQLExpression<Value> {
        calculated(symbol, right.fragment)
    }

    private func calculated(_ symbol: String, _ right: SQLFragment) -> SQLExpression<Value> {
        SQLExpression("(" + fragment + .raw(" \(symbol) ") + right + ")")
    }
}
