extension SelectExpression {
    /// The number of rows in which the column is not `NULL`.
    public var count: Expression<Int> { Expression("COUNT(" + fragment + ")", isAggregate: true) }

    /// The number of different values, `NULL` not counted.
    public var countDistinct: Expression<Int> { Expression("COUNT(DISTINCT " + fragment + ")", isAggregate: true) }
}

extension SelectExpression where Value: ComparableColumnValue {
    /// The smallest value; `nil` when there is none.
    public var min: Expression<Value?> { Expression("MIN(" + fragment + ")", isAggregate: true) }

    /// The largest value; `nil` when there is none.
    public var max: Expression<Value?> { Expression("MAX(" + fragment + ")", isAggregate: true) }
}

extension SelectExpression where Value: NumericColumnValue {
    /// The sum; 0 when there are no values.
    public var sum: Expression<Value.Number> {
        Expression("COALESCE(SUM(" + fragment + "), 0)", isAggregate: true)
    }

    /// The mean; `nil` when there are no values.
    public var avg: Expression<Double?> { Expression("AVG(" + fragment + ")", isAggregate: true) }
}
