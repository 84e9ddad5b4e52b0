// Each method comes twice: plain, and with a closure that refines what is loaded. The key path is never read; it says
// which relation is meant, and the compiler takes the rest from its type.

extension QuerySet {
    /// Loads the row of a required foreign key by a join, in the same statement.
    @inlinable
    public func selectRelated<R: ToOne>(
        _ relation: KeyPath<Table.Relations, R>
    ) -> QuerySet<With<Row, R, R.Target>> where R.Source == Table {
        selectRelated(relation) { $0 }
    }

    /// Loads the row of a required foreign key by a join, and what the closure adds below it.
    @inlinable
    public func selectRelated<R: ToOne, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, Nested>> where R.Source == Table, Nested.Root == R.Target {
        joiningRequired(R.self, nested(R.Target.objects))
    }

    @inlinable
    func joiningRequired<R: ToOne, Nested: ModelRow>(
        _ relation: R.Type, _ related: QuerySet<Nested>
    ) -> QuerySet<With<Row, R, Nested>> where R.Source == Table, Nested.Root == R.Target {
        let decode = self.decode
        let decodeRelated = related.decode
        var query: QuerySet<With<Row, R, Nested>> = joined(
            R.self, JoinPath.root.loading(R.self), related,
            decode: { row in With(try decode(&row), R.self, try decodeRelated(&row)) },
            lift: {
                $0.lifted(through: R.self) { each, visit in
                    each { visit($0.value) }
                } attach: { row, attach in
                    attach(&row.value)
                }
            })
        query.relatedJoin = relatedJoin?.lifted(into: R.self) { $0.joiningRequired(R.self, related) }
        return query
    }

    /// Loads the row of a nullable foreign key, or of a one-to-one relation that leads here, by a left join in the same
    /// statement; `nil` where there is none.
    @inlinable
    public func selectRelated<R: OptionalOne>(
        _ relation: KeyPath<Table.Relations, R>
    ) -> QuerySet<With<Row, R, R.Target?>> where R.Source == Table {
        selectRelated(relation) { $0 }
    }

    /// Loads the row of a nullable foreign key, or of a one-to-one relation that leads here, by a left join, and what the
    /// closure adds below it.
    @inlinable
    public func selectRelated<R: OptionalOne, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, Nested?>> where R.Source == Table, Nested.Root == R.Target {
        joiningOptional(R.self, JoinPath.root.loading(R.self), nested(R.Target.objects))
    }

    /// Loads the row of a to-one relation, if a condition holds for it, by a left join with that condition, under a name.
    ///
    /// ```swift
    /// @RowName enum GermanClient {}
    ///
    /// Invoice.objects.selectRelated(\.client, as: GermanClient.self, on: { $0.country == "DE" })
    /// ```
    ///
    /// No row is left out, as a filter would: where the condition does not hold, the value is `nil`. The condition is about
    /// the related row's own columns.
    public func selectRelated<R: JoinedRelation, NewName: RowName>(
        _ relation: KeyPath<Table.Relations, R>, as name: NewName.Type, on condition: (R.Target.Columns) -> Condition
    ) -> QuerySet<With<Row, Renamed<R, NewName>, R.Target?>> where R.Source == Table {
        selectRelated(relation, as: name, on: condition) { $0 }
    }

    /// Loads the row of a to-one relation, if a condition holds for it, by a left join with that condition, and what the
    /// closure adds below it.
    public func selectRelated<R: JoinedRelation, NewName: RowName, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>, as name: NewName.Type, on condition: (R.Target.Columns) -> Condition,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, Renamed<R, NewName>, Nested?>> where R.Source == Table, Nested.Root == R.Target {
        let path = JoinPath.root.following(R.self, on: condition(QuerySet<R.Target>.columns))
        return joiningOptional(Renamed<R, NewName>.self, path, nested(R.Target.objects))
    }

    @inlinable
    func joiningOptional<R: Relation, Nested: ModelRow>(
        _ relation: R.Type, _ path: JoinPath, _ related: QuerySet<Nested>
    ) -> QuerySet<With<Row, R, Nested?>> where R.Source == Table, Nested.Root == R.Target {
        let decode = self.decode
        let decodeRelated = related.decode
        let width = related.select.width
        let key = R.Target.schema.keyPosition ?? 0
        var query: QuerySet<With<Row, R, Nested?>> = joined(
            R.self, path, related,
            decode: { row in
                let base = try decode(&row)
                guard !row.isNull(ahead: key) else {
                    row.skip(width)
                    return With(base, R.self, nil)
                }
                return With(base, R.self, try decodeRelated(&row))
            },
            lift: { prefetch in
                prefetch.lifted(through: R.self) { each, visit in
                    each { if let value = $0.value { visit(value) } }
                } attach: { row, attach in
                    if var value = row.value {
                        attach(&value)
                        row.value = value
                    }
                }
            })
        query.relatedJoin = relatedJoin?.lifted(into: R.self) { $0.joiningOptional(R.self, path, related) }
        return query
    }

    /// The query with the columns of a joined one behind its own, and its conditions and prefetches taken over.
    @inlinable
    func joined<R: Relation, Nested, Value>(
        _ relation: R.Type, _ path: JoinPath, _ related: QuerySet<Nested>,
        decode: @escaping @Sendable (inout RowDecoder) throws -> With<Row, R, Value>,
        lift: (Prefetch<Nested>) -> Prefetch<With<Row, R, Value>>
    ) -> QuerySet<With<Row, R, Value>> where R.Source == Table {
        QuerySet<With<Row, R, Value>>(
            select: select.joining(related.select, R.self, by: path), decode: decode,
            prefetches: prefetches.map { $0.lifted(into: R.self) } + related.prefetches.map(lift))
    }
}

extension SelectStatement {
    /// The number of columns it reads.
    @usableFromInline var width: Int { columns.count }

    /// This query with the columns of a joined one behind its own.
    @usableFromInline
    func joining<R: Relation>(_ related: SelectStatement, _ relation: R.Type, by path: JoinPath) -> SelectStatement {
        var joined = self
        joined.appendColumns(of: related, reachedBy: path)
        if let problem = related.joinProblem(R.name) { joined.problem = problem }
        return joined
    }

    /// Why this query cannot be joined to another one, if it cannot.
    fileprivate func joinProblem(_ relation: String) -> ORMError? {
        if let problem { return problem }
        let isPlain = filter == nil && order.isEmpty && !isSliced && source == nil && lock == nil && having == nil
        if isPlain { return nil }
        return ORMError(
            .invalidQuery,
            "selectRelated(\\.\(relation)) joins one row to each, so its closure can load more below it "
                + "but not filter, order or limit. Do that on the query itself: filter { $0.\(relation)… }.")
    }
}
