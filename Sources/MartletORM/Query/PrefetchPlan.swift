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
    let shape: RelatedShape

    @usableFromInline
    init(_ relation: R.Type, _ query: QuerySet<Nested>) {
        self.init(relation, query, shape: .level)
    }

    init(_ relation: R.Type, _ query: QuerySet<Nested>, shape: RelatedShape) {
        self.relation = relation
        self.query = query
        self.shape = shape
    }

    @usableFromInline
    func isEqual(to other: any PrefetchPlan, _ dialect: Dialect) -> Bool {
        guard let other = other as? RelatedPlan, shape == other.shape, let rows = try? R.link.rows.get() else {
            return false
        }
        return query.isEqual(to: other.query, relatedBy: rows, as: shape, dialect)
    }

    /// The branch for the rows that `each` visits, and the models these begin with.
    func branch<Row: ModelRow>(
        _ each: Prefetch<Row>.Each
    ) throws -> (branch: RelatedBranch<R.Key, Nested>, parents: [R.Source]) where Row.Root == R.Source {
        var keys = DistinctKeys<R.Key>()
        var parents: [R.Source] = []
        each { row in
            parents.append(row.root)
            if let key = R.key(of: row.root) { keys.insert(key) }
        }
        return (RelatedBranch(query, try R.link.rows.get(), keys, as: shape), parents)
    }
}

extension QuerySet {
    /// Whether both queries read related rows by the same statement and load the same for them.
    func isEqual(
        to other: QuerySet, relatedBy rows: RelatedRows, as shape: RelatedShape, _ dialect: Dialect
    ) -> Bool {
        guard prefetches.count == other.prefetches.count,
            let sql = try? select.sql(relatedBy: rows, as: shape, keys: KeyArray([]), dialect),
            sql == (try? other.select.sql(relatedBy: rows, as: shape, keys: KeyArray([]), dialect))
        else { return false }
        return zip(prefetches, other.prefetches).allSatisfy { $0.isEqual(to: $1, dialect) }
    }
}
