extension SelectExpression {
    /// The number of rows in which the column is not `NULL`.
    public var count: SQLExpression<Int> { SQLExpression("COUNT(" + fragment + ")", isAggregate: true) }

    /// The number of different values, `NULL` not counted.
    public var countDistinct: SQLExpression<Int> { SQLExpression("COUNT(DISTINCT " + fragment + ")", isAggregate: true) }
}

extension SelectExpression where Value: ComparableColumnValue {
    /// The smallest value; `nil` when there is none.
    public var min: SQLExpression<Value?> { SQLExpression("MIN(" + fragment + ")", isAggregate: true) }

    /// The largest value; `nil` when there is none.
    public var max: SQLExpression<Value?> { SQLExpression("MAX(" + fragment + ")", isAggregate: true) }
}

extension SelectExpression where Value: NumericColumnValue {
    /// The sum; 0 when there are no values.
    public var sum: SQLExpression<Value.Number> {
        SQLExpression("COALESCE(SUM(" + fragment + "), 0)", isAggregate: true)
    }

    /// The mean; `nil` when there are no values.
    public var avg: SQLExpression<Double?> { SQLExpression("AVG(" + fragment + ")", isAggregate: true) }
}
