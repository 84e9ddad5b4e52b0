// As with selectRelated, each kind of relation has a plain method and one with a closure.

extension QuerySet {
    /// Loads the rows of a to-many relation by one more statement for all rows of the query.
    @inlinable
    public func prefetchRelated<R: ToMany>(
        _ relation: KeyPath<Table.Relations, R>
    ) -> QuerySet<With<Row, R, [R.Target]>> where R.Source == Table {
        prefetching(R.self, R.Target.objects) { $0.value = $1 }
    }

    /// Loads the rows of a to-many relation by one more statement, refined by the closure.
    ///
    /// It may filter, order, select and prefetch further. `limit` and `offset` count for each parent.
    @inlinable
    public func prefetchRelated<R: ToMany, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, [Nested]>> where R.Source == Table, Nested.Root == R.Target {
        prefetching(R.self, nested(R.Target.objects)) { $0.value = $1 }
    }

    /// Loads the row of a required foreign key by one more statement, which reads each different row once.
    ///
    /// ``selectRelated(_:)`` needs no further statement, and reads a row again for each row that refers to it.
    @inlinable
    public func prefetchRelated<R: ToOne>(
        _ relation: KeyPath<Table.Relations, R>
    ) -> QuerySet<With<Row, R, R.Target>> where R.Source == Table {
        prefetchRelated(relation) { $0 }
    }

    /// Loads the row of a required foreign key by one more statement, and what the closure adds below it.
    ///
    /// A closure that leaves out a row which is referred to makes the query throw ``ORMError`` with code `doesNotExist`.
    @inlinable
    public func prefetchRelated<R: ToOne, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, Nested>> where R.Source == Table, Nested.Root == R.Target {
        prefetching(R.self, nested(R.Target.objects), isRequired: true) { row, related in
            if let found = related.first { row.value = found }
        }
    }

    /// Loads the row of a nullable foreign key, or of a one-to-one relation that leads here, by one more statement, which
    /// reads each different row once.
    @inlinable
    public func prefetchRelated<R: OptionalOne>(
        _ relation: KeyPath<Table.Relations, R>
    ) -> QuerySet<With<Row, R, R.Target?>> where R.Source == Table {
        prefetchRelated(relation) { $0 }
    }

    /// Loads the row of a nullable foreign key, or of a one-to-one relation that leads here, by one more statement,
    /// refined by the closure; `nil` where the closure leaves it out.
    @inlinable
    public func prefetchRelated<R: OptionalOne, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, Nested?>> where R.Source == Table, Nested.Root == R.Target {
        prefetching(R.self, nested(R.Target.objects)) { $0.value = $1.first }
    }

    /// Loads the rows of a to-many relation under another name, so that a row may have the relation several times.
    @inlinable
    public func prefetchRelated<R: ToMany, NewName: RowName, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>, as name: NewName.Type,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, Renamed<R, NewName>, [Nested]>> where R.Source == Table, Nested.Root == R.Target {
        prefetching(Renamed<R, NewName>.self, nested(R.Target.objects)) { $0.value = $1 }
    }

    /// Loads the row of a to-one relation under another name; `nil` where there is none or the closure leaves it out.
    @inlinable
    public func prefetchRelated<R: JoinedRelation, NewName: RowName, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>, as name: NewName.Type,
        _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, Renamed<R, NewName>, Nested?>> where R.Source == Table, Nested.Root == R.Target {
        prefetching(Renamed<R, NewName>.self, nested(R.Target.objects)) { $0.value = $1.first }
    }

    @inlinable
    func prefetching<R: Relation, Nested: ModelRow, Value>(
        _ relation: R.Type, _ related: QuerySet<Nested>, isRequired: Bool = false,
        put: @escaping @Sendable (inout With<Row, R, Value>, [Nested]) -> Void
    ) -> QuerySet<With<Row, R, Value>> where R.Source == Table {
        adding(R.self, Prefetch(loading: R.self, related, isRequired: isRequired, put: put))
    }

    /// The query whose rows have one more relation, which a prefetch puts there.
    @inlinable
    func adding<R: Relation, Value>(
        _ relation: R.Type, _ prefetch: Prefetch<With<Row, R, Value>>
    ) -> QuerySet<With<Row, R, Value>> where R.Source == Table {
        let decode = self.decode
        var query = QuerySet<With<Row, R, Value>>(
            select: select,
            decode: { row in With(unfinished: try decode(&row)) },
            prefetches: prefetches.map { $0.lifted(into: R.self) } + [prefetch])
        query.relatedJoin = relatedJoin?.lifted(into: R.self) { $0.adding(R.self, prefetch) }
        return query
    }
}
