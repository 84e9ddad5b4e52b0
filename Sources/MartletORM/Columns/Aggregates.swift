/// A value computed over many rows: `$0.amount.sum`, `$0.id.count`.
///
/// In a query it is computed over all rows, over each group of `values`, over the related rows of one row
/// (`$0.lines.aggregate { $0.amount.sum }`) or, with ``over(partition:order:)``, over the rows around each.
public struct Aggregate<Value: ColumnValue>: SelectExpression, OrderTerm {
    private let function: SQLFragment
    private let argument: SQLFragment
    private var condition: SQLFragment?
    /// What stands for the value when there are no rows.
    private var fallback: SQLFragment?
    /// The type that the value has on PostgreSQL, where that of the function is another.
    private var type: ColumnStorage?

    init(
        _ function: SQLFragment, _ argument: SQLFragment, fallback: SQLFragment? = nil, type: ColumnStorage? = nil
    ) {
        self.function = function
        self.argument = argument
        self.fallback = fallback
        self.type = type
    }

    /// The value as SQL.
    public var expression: SQLExpression<Value> { SQLExpression(wrapped(SQLFragment([.aggregate(call)]))) }

    /// Groups by this value, smallest first.
    public var ordering: Ordering { Ordering(expression.fragment, descending: false) }

    /// The value over those rows alone for which the condition holds.
    public func filter(_ condition: Condition) -> Aggregate {
        var copy = self
        copy.condition = self.condition.map { $0 + " AND " + condition.fragment } ?? condition.fragment
        return copy
    }

    /// The value over the rows with the same partition as each row; with an order, over those up to it; or over a part
    /// of these.
    public func over(
        partition: [any SelectExpression] = [], order: [any OrderTerm] = [], frame: WindowFrame? = nil
    ) -> SQLExpression<Value> {
        SQLExpression(wrapped(call + .window(partition, order, frame)))
    }

    private var call: SQLFragment {
        let call = function + "(" + argument + ")"
        return condition.map { call + " FILTER (WHERE " + $0 + ")" } ?? call
    }

    private func wrapped(_ value: SQLFragment) -> SQLFragment {
        let value = fallback.map { "COALESCE(" + value + ", " + $0 + ")" } ?? value
        guard let type else { return value }
        let name = Dialect.postgreSQL.typeName(of: type)
        return .by(sqlite: value, postgreSQL: "CAST(" + value + .raw(" AS \(name))"))
    }
}

extension SelectExpression {
    /// The number of rows in which the column is not `NULL`.
    public var count: Aggregate<Int> { Aggregate("COUNT", fragment) }

    /// The number of different values, `NULL` not counted.
    public var countDistinct: Aggregate<Int> { Aggregate("COUNT", "DISTINCT " + fragment) }
}

extension SelectExpression where Value: ComparableColumnValue {
    /// The smallest value; `nil` when there is none.
    public var min: Aggregate<Value?> { Aggregate("MIN", fragment) }

    /// The largest value; `nil` when there is none.
    public var max: Aggregate<Value?> { Aggregate("MAX", fragment) }
}

extension SelectExpression where Value: NumericColumnValue {
    /// The sum; 0 when there are no values.
    public var sum: Aggregate<Value.Number> {
        // PostgreSQL's sum of whole numbers is a decimal number, whose half is not a whole one.
        Aggregate("SUM", fragment, fallback: "0", type: Value.Number.storage)
    }

    /// The sum of the different values; 0 when there are none.
    public var sumDistinct: Aggregate<Value.Number> {
        Aggregate("SUM", "DISTINCT " + fragment, fallback: "0", type: Value.Number.storage)
    }

    /// The mean; `nil` when there are no values.
    public var avg: Aggregate<Double?> { Aggregate("AVG", fragment) }

    /// The standard deviation: how far values are from the mean, in their own unit.
    ///
    /// - Parameter sample: Whether the values are a sample of more, for which it is estimated; `nil` for a single one then.
    /// - Returns: `nil` when there are no values.
    public func stdDev(sample: Bool = false) -> Aggregate<Double?> {
        Aggregate(sample ? "STDDEV_SAMP" : "STDDEV_POP", asDouble.fragment)
    }

    /// The variance, the square of ``stdDev(sample:)``; `nil` when that is.
    public func variance(sample: Bool = false) -> Aggregate<Double?> {
        Aggregate(sample ? "VAR_SAMP" : "VAR_POP", asDouble.fragment)
    }
}

extension SelectExpression where Value: IntegerColumnValue {
    /// The bits that all values have; `nil` when there are no values.
    public var bitAnd: Aggregate<Value.Number?> { Aggregate("BIT_AND", fragment) }

    /// The bits that any value has; `nil` when there are no values.
    public var bitOr: Aggregate<Value.Number?> { Aggregate("BIT_OR", fragment) }

    /// The bits that an odd number of values have; `nil` when there are no values.
    ///
    /// PostgreSQL has it since version 14.
    public var bitXor: Aggregate<Value.Number?> { Aggregate("BIT_XOR", fragment) }
}

extension SelectExpression where Value: TextColumnValue {
    /// The texts put together, in no certain order; `nil` when there are none.
    public func joined(separator: String) -> Aggregate<String?> {
        Aggregate(
            .by(sqlite: "GROUP_CONCAT", postgreSQL: "STRING_AGG"), fragment + ", " + .value(.text(separator)))
    }
}
