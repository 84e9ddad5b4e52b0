/// What a prefetch loads, whatever the rows are that it does it for.
@usableFromInline
protocol PrefetchPlan: Sendable {
    /// Whether both load the same rows in the same shape, given the same parents.
    func isEqual(to other: any PrefetchPlan, _ dialect: Dialect) -> Bool
}

/// The rows of one relation, by one statement.
@usableFromInline
struct RelatedPlan<R: Relation, Nested: ModelRow>: PrefetchPlan {
    let relation: R.Type
    let query: QuerySet<Nested>

    @usableFromInline
    init(_ relation: R.Type, _ query: QuerySet<Nested>) {
        self.relation = relation
        self.query = query
    }

    @usableFromInline
    func isEqual(to other: any PrefetchPlan, _ dialect: Dialect) -> Bool {
        guard let other = other as? RelatedPlan, let rows = try? R.link.rows.get() else { return false }
        return query.isEqual(to: other.query, relatedBy: rows, dialect)
    }
}

extension QuerySet {
    /// Whether both queries read related rows by the same statement and load the same for them.
    func isEqual(to other: QuerySet, relatedBy rows: RelatedRows, _ dialect: Dialect) -> Bool {
        guard prefetches.count == other.prefetches.count,
            let sql = try? select.sql(relatedBy: rows, keys: KeyArray([]), dialect),
            sql == (try? other.select.sql(relatedBy: rows, keys: KeyArray([]), dialect))
        else { return false }
        return zip(prefetches, other.prefetches).allSatisfy { $0.isEqual(to: $1, dialect) }
    }
}
