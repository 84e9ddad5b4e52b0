// The ways to make one query of two of the same type.

extension QuerySet {
    /// The rows of both queries, equal ones once or, with `all`, as often as they come.
    ///
    /// Order and slice follow the result; filters, joins and annotations belong to the queries that are put together.
    public func union(_ others: QuerySet..., all: Bool = false) -> QuerySet {
        combined(all ? " UNION ALL " : " UNION ", others)
    }

    /// The rows that all of the queries have.
    public func intersection(_ others: QuerySet...) -> QuerySet { combined(" INTERSECT ", others) }

    /// The rows of this query that none of the others has.
    public func difference(_ others: QuerySet...) -> QuerySet { combined(" EXCEPT ", others) }

    /// The rows for which the conditions of one of the queries hold, or of both.
    public func or(_ other: QuerySet) -> QuerySet {
        merged("or", other) { left, right in
            guard let left, let right else { return nil }
            return "((" + left + ") OR (" + right + "))"
        }
    }

    /// The rows for which the conditions of both queries hold.
    public func and(_ other: QuerySet) -> QuerySet {
        merged("and", other) { left, right in
            guard let left, let right else { return left ?? right }
            return "(" + left + ") AND (" + right + ")"
        }
    }

    /// The rows for which the conditions of exactly one of the queries hold.
    public func xor(_ other: QuerySet) -> QuerySet {
        merged("xor", other) { left, right in
            Condition(left ?? "1 = 1").xor(Condition(right ?? "1 = 1")).fragment
        }
    }

    private func combined(_ word: String, _ others: [QuerySet]) -> QuerySet {
        changed { select in
            var operands = [SelectStatement.Operand(word: "", statement: self.select)]
            operands += others.map { SelectStatement.Operand(word: word, statement: $0.select) }
            select = SelectStatement(table: select.table, primaryKey: select.primaryKey, columns: select.columns)
            select.operands = operands
            select.origin = self.select.origin
        }
    }

    private func merged(
        _ name: String, _ other: QuerySet, _ merge: (SQLFragment?, SQLFragment?) -> SQLFragment?
    ) -> QuerySet {
        var merged = changed { select in
            if select.isSliced || other.select.isSliced || select.isNone || other.select.isNone {
                select.problem = ORMError(
                    .invalidQuery,
                    "\(name) merges the conditions of two queries, and one of these is sliced, distinct, none or a "
                        + "union. Use it before those.")
            }
            select.problem = select.problem ?? other.select.problem
            select.filter = merge(select.filter, other.select.filter)
        }
        // What holds of the rows holds of the related ones no more.
        merged.relatedJoin = nil
        return merged
    }
}
