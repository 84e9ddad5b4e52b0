extension SelectExpression {
    /// The value as one that may be missing: of a related row that there may not be, of a subquery without rows.
    public var optional: SQLExpression<Value?> {
        SQLExpression(fragment)
    }

    /// The value, or another where it is `NULL`: `$0.number.coalesce("none")`.
    public func coalesce<Wrapped: ColumnValue>(_ other: Wrapped) -> SQLExpression<Wrapped> where Value == Wrapped? {
        SQLExpression(.call("COALESCE", [fragment, .value(other.sqlValue)]))
    }

    /// The value, or that of another expression where it is `NULL`.
    public func coalesce<Other: SelectExpression>(_ other: Other) -> SQLExpression<Other.Value>
    where Value == Other.Value? {
        SQLExpression(.call("COALESCE", [fragment, other.fragment]))
    }

    /// `NULL` where the value is this one, else the value.
    public func nullIf(_ value: Value) -> SQLExpression<Value?> {
        SQLExpression(.call("NULLIF", [fragment, .value(value.sqlValue)]))
    }

    /// The value as another type, as SQL's `CAST` converts it.
    ///
    /// True is 1 as a number, and a number is true when it is not 0.
    public func cast<Other: ColumnValue>(to type: Other.Type) -> SQLExpression<Other> {
        let fragment = self.fragment
        let (from, to) = (Value.storage, Other.storage)
        if to == .boolean, from.isNumber { return SQLExpression("(" + fragment + " <> 0)") }
        return SQLExpression(
            SQLFragment([
                .varying { dialect in
                    // PostgreSQL knows truth as a number of 32 bits only.
                    let isTruth = dialect == .postgreSQL && from == .boolean && to.isNumber
                    let value = isTruth ? "CAST(" + fragment + " AS integer)" : fragment
                    return "CAST(" + value + .raw(" AS \(dialect.typeName(of: to)))")
                }
            ]))
    }
}

extension SelectExpression where Value: ComparableColumnValue {
    /// The larger of the two values.
    public func greatest(_ other: some SelectExpression<Value>) -> SQLExpression<Value> {
        SQLExpression(.by(sqlite: "MAX", postgreSQL: "GREATEST") + "(" + fragment + ", " + other.fragment + ")")
    }

    /// The smaller of the two values.
    public func least(_ other: some SelectExpression<Value>) -> SQLExpression<Value> {
        SQLExpression(.by(sqlite: "MIN", postgreSQL: "LEAST") + "(" + fragment + ", " + other.fragment + ")")
    }
}

extension SQLExpression {
    /// A value of the program as an expression.
    public static func literal(_ value: Value) -> SQLExpression { SQLExpression(.typed(value)) }

    /// A value computed by SQL written by hand, with its bindings; `t0` is the query's table.
    public static func raw(_ sql: SQL) -> SQLExpression { SQLExpression(Condition.raw(sql).fragment) }
}

/// Takes a column of the query around a subquery.
///
/// ```swift
/// Invoice.objects.filter { invoice in
///     .exists(Line.objects.filter { $0.invoice.id == outer(invoice.id) && $0.amount > 100 })
/// }
/// ```
public func outer<Value>(_ expression: some SelectExpression<Value>) -> SQLExpression<Value> {
    SQLExpression(SQLFragment([.outer(expression.fragment)]))
}

extension ColumnStorage {
    fileprivate var isNumber: Bool { self == .integer || self == .real || self == .decimal }
}
