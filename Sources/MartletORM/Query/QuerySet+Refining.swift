extension QuerySet {
    /// The rows in the opposite order; by primary key from the largest when there is no order.
    public func reverse() -> QuerySet {
        changed { select in
            let order = select.order.isEmpty ? [select.keyOrder] : select.order
            select.order = order.map(\.reversed)
        }
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
