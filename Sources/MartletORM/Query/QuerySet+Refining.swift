extension QuerySet {
    /// The rows in the opposite order; by primary key from the largest when there is no order.
    public func reverse() -> QuerySet {
        changed { select in
            let order = select.order.isEmpty ? [select.keyOrder] : select.order
            select.order = order.map(\.reversed)
        }
    }

    /// Keeps, of rows with equal values in these terms, the first in the order: Django's `distinct` with fields.
    ///
    /// ```swift
    /// Invoice.objects.order(by: \.issuedOn.descending).distinct(on: \.client.id)  // the newest invoice of each client
    /// ```
    ///
    /// The rows stay in that order; without one, they are ordered by the terms and the primary key.
    public func distinct<First: SelectExpression, each Other: SelectExpression>(
        on first: KeyPath<Table.Columns, First>, _ others: repeat KeyPath<Table.Columns, each Other>
    ) -> QuerySet {
        let columns = Self.columns
        var terms = [columns[keyPath: first].expression.fragment]
        repeat terms.append(columns[keyPath: each others].expression.fragment)
        return changed { $0.distinctTerms = terms }
    }

    /// Sorts the rows by terms that are computed: `order { [$0.lines.count.descending, $0.number.ascending] }`.
    public func order(_ terms: (Table.Columns) -> [any OrderTerm]) -> QuerySet {
        let order = terms(Self.columns).map(\.ordering)
        return changed { $0.order = order }
    }

    /// No rows, without a statement.
    public func none() -> QuerySet {
        changed { select in
            select.isNone = true
            // For where it does run: within another query, or put together with one.
            select.require("1 = 0")
        }
    }

    /// Keeps the groups of ``values(on:fileID:line:_:)`` for which the condition on aggregates holds.
    public func having(_ condition: (Table.Columns) -> Condition) -> QuerySet {
        let fragment = condition(Self.columns).fragment
        return changed { $0.having = $0.having.map { $0 + " AND " + fragment } ?? fragment }
    }

    /// The rows of a statement written by hand instead of those of the table.
    ///
    /// ```swift
    /// Invoice.objects.raw("SELECT * FROM invoice WHERE number LIKE \(pattern)").selectRelated(\.client)
    /// ```
    ///
    /// The statement must return every column of the model by its name; more do not matter. What follows works as with the
    /// table.
    public func raw(_ sql: SQL) -> QuerySet {
        changed { $0.source = sql }
    }
}
