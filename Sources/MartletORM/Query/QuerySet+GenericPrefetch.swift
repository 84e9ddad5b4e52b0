extension QuerySet {
    /// Loads what a generic foreign key leads to, by one statement for each model that occurs.
    ///
    /// ```swift
    /// @RowName enum Content {}
    /// enum Tagged: Encodable { case book(Book), reader(Reader.With<Reader.BooksRelation>) }
    ///
    /// let items = try await TaggedItem.objects
    ///     .prefetchRelated(
    ///         TaggedItem.content, as: Content.self, .to(Book.objects, Tagged.book),
    ///         .to(Reader.objects.prefetchRelated(\.books), Tagged.reader))
    ///     .all(on: database)
    /// items[0].content      // Tagged?
    /// ```
    ///
    /// The value is `nil` where the key is `NULL` or leads to no row. A row that refers to a model which is not among the
    /// targets makes the query throw ``ORMError`` with code `invalidQuery`.
    public func prefetchRelated<Key, N: RowName, Value>(
        _ key: GenericForeignKey<Table, Key>, as name: N.Type, _ targets: GenericTarget<Value>...
    ) -> QuerySet<Annotated<Row, N, Value?>> {
        adding(N.self, initial: nil, Prefetch(loading: key, targets))
    }

    /// Loads the rows that refer to these by a generic foreign key, by one statement, refined by the closure.
    ///
    /// ```swift
    /// Bookmark.objects.prefetchRelated(from: TaggedItem.content, as: Tags.self) { $0.order(by: \.tag) }
    /// ```
    ///
    /// - Parameter type: The name in the column of types; the table of this query's model by default.
    public func prefetchRelated<Source: Model, Key, N: RowName, Nested: ModelRow>(
        from key: GenericForeignKey<Source, Key>, as name: N.Type, type: String? = nil,
        _ nested: (QuerySet<Source>) -> QuerySet<Nested>
    ) -> QuerySet<Annotated<Row, N, [Nested]>> where Nested.Root == Source {
        let related = nested(Source.objects).changed { $0.require(key.leads(to: type ?? Table.schema.table)) }
        return adding(N.self, initial: [], Prefetch(loadingFrom: key, related))
    }

    /// Loads the rows that refer to these by a generic foreign key, by one statement.
    public func prefetchRelated<Source: Model, Key, N: RowName>(
        from key: GenericForeignKey<Source, Key>, as name: N.Type, type: String? = nil
    ) -> QuerySet<Annotated<Row, N, [Source]>> {
        prefetchRelated(from: key, as: name, type: type) { $0 }
    }

    private func adding<N: RowName, Value>(
        _ name: N.Type, initial: Value, _ prefetch: Prefetch<Annotated<Row, N, Value>>
    ) -> QuerySet<Annotated<Row, N, Value>> {
        let decode = self.decode
        var query = QuerySet<Annotated<Row, N, Value>>(
            select: select,
            decode: { row in Annotated(try decode(&row), N.self, initial) },
            prefetches: prefetches.map { $0.lifted(into: N.self) } + [prefetch])
        query.relatedJoin = relatedJoin?.lifted(into: N.self) { $0.adding(N.self, initial: initial, prefetch) }
        return query
    }
}

extension Prefetch {
    fileprivate init<Base: ModelRow, Key, N: RowName, Value>(
        loading key: GenericForeignKey<Base.Root, Key>, _ targets: [GenericTarget<Value>]
    ) where Row == Annotated<Base, N, Value?> {
        self.init(GenericPlan()) { each in
            try key.check()
            var keys: [String: [SQLValue]] = [:]
            each { row in
                if let target = key.target(of: row.root) { keys[target.type, default: []].append(target.key) }
            }
            if let type = keys.keys.sorted().first(where: { type in !targets.contains { $0.type == type } }) {
                throw ORMError.unknownTarget(Base.Root.self, key.typeColumn, type, N.name)
            }
            let started = targets.compactMap { target in
                keys[target.type].map { (type: target.type, target: target.start($0, key.keyColumn)) }
            }
            return Started(branches: started.map(\.target.branch)) { location in
                var found: [String: [SQLValue: Value]] = [:]
                for (type, target) in started { found[type] = try target.values(location) }
                let values = found
                return { row in row.value = key.target(of: row.root).flatMap { values[$0.type]?[$0.key] } }
            }
        }
    }

    fileprivate init<Base: ModelRow, Source, Key, N: RowName, Nested>(
        loadingFrom key: GenericForeignKey<Source, Key>, _ query: QuerySet<Nested>
    ) where Row == Annotated<Base, N, [Nested]> {
        self.init(GenericPlan()) { each in
            try key.check()
            var keys = DistinctKeys<Key>()
            each { row in
                if let key = row.root.id.sqlValue.key(as: Key.self) { keys.insert(key) }
            }
            let link = RelatedRows(
                table: Source.schema.table, parentColumn: key.keyColumn, parentKey: Base.Root.schema.primaryKey)
            let branch = RelatedBranch(query, link, keys)
            return Started(branches: [branch]) { location in
                let groups = try branch.related(at: location)
                return { row in row.value = row.root.id.sqlValue.key(as: Key.self).map { groups[$0] } ?? [] }
            }
        }
    }
}

/// A generic relation: its values are made by closures, which cannot be compared.
private struct GenericPlan: PrefetchPlan {
    func isEqual(to other: any PrefetchPlan, _ dialect: Dialect) -> Bool { false }
}

extension ORMError {
    fileprivate static func unknownTarget<Source: Model>(
        _ source: Source.Type, _ column: String, _ type: String, _ name: String
    ) -> ORMError {
        ORMError(
            .invalidQuery,
            "A \(Source.self) has \"\(type.prefix(80))\" in \"\(column)\", and \(name) is loaded for other types only. Give the "
                + "prefetch a target for it, .to(Model.objects, type: \"\(type.prefix(80))\"), or leave such rows out by a "
                + "filter.",
            table: Source.schema.table, columns: [column])
    }
}
