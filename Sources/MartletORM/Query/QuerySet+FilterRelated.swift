// As with selectRelated, there is a plain method and one with a closure.

extension QuerySet {
    /// Keeps the rows that have related ones, and loads these.
    ///
    /// It is ``filterRelated(_:_:)`` without a condition.
    @inlinable
    public func filterRelated<R: ToMany>(
        _ relation: KeyPath<Table.Relations, R>
    ) -> QuerySet<With<Row, R, [R.Target]>> where R.Source == Table {
        filtering(R.self, R.Target.objects)
    }

    /// Keeps the rows that have related ones for which the conditions of the closure hold, and loads just these.
    ///
    /// ```swift
    /// Invoice.objects.filterRelated(\.lines) { $0.filter { $0.amount >= 70 }.order(by: \.position) }
    /// ```
    ///
    /// One statement does both, by a join: what SQLAlchemy calls `contains_eager`. A row comes once, with all of its related
    /// ones. Where a join would change the answer, it is the filter `exists` and a prefetch, two statements: in what slices
    /// rows (`limit`, `first`, `get`, `page`, `distinct`, a set operation), streams or locks them or looks at the rows around
    /// (a window), with `and`, `or` and `xor`, for the second such relation of a query and within another prefetch. Counting and
    /// changing rows joins nothing.
    ///
    /// The closure may filter, order, select and prefetch further. `limit` and `offset` count for each parent, and cost the
    /// second statement too.
    @inlinable
    public func filterRelated<R: ToMany, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, [Nested]>> where R.Source == Table, Nested.Root == R.Target {
        filtering(R.self, nested(R.Target.objects))
    }

    /// Keeps the rows that have related ones for which the conditions of the closure hold, and loads just these under another
    /// name; see ``filterRelated(_:_:)``.
    @inlinable
    public func filterRelated<R: ToMany, NewName: RowName, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>, as name: NewName.Type,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, Renamed<R, NewName>, [Nested]>> where R.Source == Table, Nested.Root == R.Target {
        filtering(Renamed<R, NewName>.self, nested(R.Target.objects))
    }

    @inlinable
    func filtering<R: Relation, Nested: ModelRow>(
        _ relation: R.Type, _ related: QuerySet<Nested>
    ) -> QuerySet<With<Row, R, [Nested]>> where R.Source == Table, Nested.Root == R.Target {
        let join = relatedJoin == nil ? joiningEach(R.self, related) : nil
        var query = requiring(R.self, related.select).prefetching(R.self, related) { $0.value = $1 }
        if let join { query.relatedJoin = join }
        return query
    }

    /// The query with a condition that there are related rows.
    @usableFromInline
    func requiring<R: Relation>(_ relation: R.Type, _ related: SelectStatement) -> QuerySet {
        let query = RelatedQuery(rows: R.link.rows, path: .root, value: nil, predicate: related.filter)
        return changed { select in
            select.require(SQLFragment([.related(query)]))
            select.otherTables += related.otherTables
            if let problem = related.filteringProblem(R.name) { select.problem = problem }
        }
    }

    @inlinable
    func joiningEach<R: Relation, Nested: ModelRow>(
        _ relation: R.Type, _ related: QuerySet<Nested>
    ) -> RelatedJoin<With<Row, R, [Nested]>>? where R.Source == Table, Nested.Root == R.Target {
        guard let (joined, order) = select.joiningEach(related.select, R.self) else { return nil }
        let (decode, decodeRelated) = (self.decode, related.decode)
        let below: [Prefetch<With<Row, R, [Nested]>>] = related.prefetches.map { prefetch in
            prefetch.lifted(through: R.self) { each, visit in
                each { row in for related in row.value { visit(related) } }
            } attach: { row, attach in
                for index in row.value.indices { attach(&row.value[index]) }
            }
        }
        let query = QuerySet<With<Row, R, [Nested]>>(
            select: joined,
            decode: { row in With(try decode(&row), R.self, [try decodeRelated(&row)]) },
            prefetches: prefetches.map { $0.lifted(into: R.self) } + below)
        return RelatedJoin(query, order: order) { $0.value += $1.value }
    }
}

extension SelectStatement {
    /// This query with a row for each related one, whose columns are behind its own, and the order of these; `nil` where that
    /// leaves out rows which a prefetch does not, or keeps some which it does.
    @usableFromInline
    func joiningEach<R: Relation>(
        _ related: SelectStatement, _ relation: R.Type
    ) -> (joined: SelectStatement, order: [Ordering])? {
        guard let rows = try? R.link.rows.get(), !related.isSliced, related.keepsRows else { return nil }
        let path = JoinPath(toEachOf: rows)
        var joined = self
        joined.appendColumns(of: related, reachedBy: path)
        joined.otherTables += related.otherTables
        if let condition = related.filter { joined.require(condition.reached(by: path)) }
        let order = related.order.map { term in
            var term = term
            term.fragment = term.fragment.reached(by: path)
            return term
        }
        return (joined, order)
    }

    /// Why there is no condition that this query has related rows, if there is none.
    fileprivate func filteringProblem(_ relation: String) -> ORMError? {
        if let problem { return problem }
        if operands.isEmpty, distinctTerms.isEmpty, source == nil, lock == nil, having == nil { return nil }
        return ORMError(
            .invalidQuery,
            "The closure of filterRelated(\\.\(relation)) can filter, order, slice, select and prefetch. It cannot lock rows, "
                + "group them, keep the first by distinct(on:), or take them from a union or a statement by hand: ask for "
                + "such rows by a query of their own.")
    }
}

extension JoinPath {
    /// The way to each of the related rows, where there is one.
    fileprivate init(toEachOf rows: RelatedRows) {
        var hops = [
            JoinHop(
                column: rows.parentKey, table: rows.through?.table ?? rows.table, key: rows.parentColumn,
                isNullable: false, isForeignKey: false)
        ]
        if let through = rows.through {
            hops.append(
                JoinHop(
                    column: through.column, table: rows.table, key: through.key, isNullable: false, isForeignKey: false)
            )
        }
        self.init(hops: hops)
    }
}
