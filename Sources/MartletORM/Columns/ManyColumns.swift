/// A to-many relation in a filter: asks whether there are related rows.
public struct ManyColumns<R: ToMany>: Sendable {
    let path: JoinPath

    /// Names a relation at the end of a path; the `@Model` macro writes it.
    public init(_ path: JoinPath) {
        self.path = path
    }

    /// Whether there is a related row for which the condition holds: `$0.lines.exists { $0.amount > 100 }`.
    ///
    /// It is an `EXISTS` subquery, so it never multiplies the rows of the query.
    public func exists(_ condition: (R.Target.Columns) -> Condition) -> Condition {
        Condition(related(value: nil, condition(Self.columns).fragment))
    }

    /// Whether there is any related row.
    public func exists() -> Condition {
        Condition(related(value: nil, nil))
    }

    /// The number of related rows: a subquery, so that several of them do not multiply each other's rows.
    public var count: SQLExpression<Int> { SQLExpression(related(value: "COUNT(*)", nil)) }

    /// The number of related rows for which the condition holds.
    public func count(_ condition: (R.Target.Columns) -> Condition) -> SQLExpression<Int> {
        SQLExpression(related(value: "COUNT(*)", condition(Self.columns).fragment))
    }

    /// A value computed from the related rows: `$0.lines.aggregate { $0.amount.sum }`.
    public func aggregate<Value>(_ compute: (R.Target.Columns) -> Aggregate<Value>) -> SQLExpression<Value> {
        SQLExpression(related(value: compute(Self.columns).expression.fragment, nil))
    }

    private static var columns: R.Target.Columns {
        R.Target.Columns(joinPath: JoinPath(hops: [], origin: R.Target.schema.table))
    }

    private func related(value: SQLFragment?, _ predicate: SQLFragment?) -> SQLFragment {
        SQLFragment([.related(RelatedQuery(rows: R.link.rows, path: path, value: value, predicate: predicate))])
    }
}
