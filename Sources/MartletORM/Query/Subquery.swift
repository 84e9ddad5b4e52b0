/// A query that stands in another one for a value or for a list of values.
public struct Subquery<Value: ColumnValue>: SelectExpression {
    let statement: SelectStatement

    /// The value of the first row; `NULL` when there is none.
    public var expression: SQLExpression<Value> {
        var first = statement
        first.limit = Swift.min(first.limit ?? 1, 1)
        return SQLExpression(SQLFragment([.subquery(first)]))
    }
}

extension QuerySet {
    /// The query as a value in another one: `Line.objects.filter { … }.subquery { $0.amount }`.
    ///
    /// As a value it is that of its first row: read it as ``SelectExpression/optional`` where there may be none. ``SelectExpression/isIn(_:)`` takes all rows. Columns of the query around
    /// it are named by `outer(…)`.
    public func subquery<Term: SelectExpression>(_ choose: (Table.Columns) -> Term) -> Subquery<Term.Value> {
        var statement = select
        statement.columns = [choose(Self.columns).expression.fragment]
        statement.keepsWidth = true
        return Subquery(statement: statement)
    }
}

extension SelectExpression {
    /// Whether the value is among those of a query: `$0.client.id.isIn(Client.objects.filter { … }.subquery { $0.id })`.
    public func isIn(_ subquery: Subquery<Value>) -> Condition {
        var statement = subquery.statement
        // The order says which rows distinct(on:) keeps, and those of a slice are.
        if statement.limit == nil, statement.offset == nil, statement.distinctTerms.isEmpty { statement.order = [] }
        return Condition(fragment + " IN " + SQLFragment([.subquery(statement)]))
    }
}
