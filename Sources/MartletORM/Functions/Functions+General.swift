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
}

extension SelectExpression where Value: ComparableColumnValue {
    /// The larger of the two values; where one of them is `NULL`, the other.
    public func greatest(_ other: some SelectExpression<Value>) -> SQLExpression<Value> {
        extreme(other, sqlite: "MAX", postgreSQL: "GREATEST")
    }

    /// The smaller of the two values; where one of them is `NULL`, the other.
    public func least(_ other: some SelectExpression<Value>) -> SQLExpression<Value> {
        extreme(other, sqlite: "MIN", postgreSQL: "LEAST")
    }

    private func extreme(
        _ other: some SelectExpression<Value>, sqlite: String, postgreSQL: String
    ) -> SQLExpression<Value> {
        let values = [fragment, other.fragment]
        // SQLite's is NULL where one of them is.
        return SQLExpression(
            .by(sqlite: .call("COALESCE", [.call(sqlite, values)] + values), postgreSQL: .call(postgreSQL, values)))
    }
}

extension SQLExpression {
    /// A value of the program as an expression.
    public static func literal(_ value: Value) -> SQLExpression { SQLExpression(.typed(value)) }

    /// A value computed by SQL written by hand, with its bindings; `t0` is the query's table.
    public static func raw(_ sql: SQL) -> SQLExpression { SQLExpression(.written(sql)) }
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
