extension Array where Element: ModelRow {
    /// Puts rows in hand where these rows' required foreign key refers to; asks the database nothing.
    ///
    /// ```swift
    /// let pools = try await tournament.pools.objects.all(on: database).attaching(\.tournament, [tournament])
    /// pools[0].tournament.name
    /// ```
    ///
    /// - Throws: ``ORMError`` with code `doesNotExist` when a row refers to one that is not among them.
    public func attaching<R: ToOne, Nested: ModelRow>(
        _ relation: KeyPath<Element.Root.Relations, R>, _ related: [Nested]
    ) throws(ORMError) -> [With<Element, R, Nested>] where R.Source == Element.Root, Nested.Root == R.Target {
        let found = Self.byKey(related, R.self)
        var rows: [With<Element, R, Nested>] = []
        rows.reserveCapacity(count)
        for row in self {
            guard let key = R.key(of: row.root), let value = found[key] else { throw .notInHand(R.self, row) }
            rows.append(With(row, R.self, value))
        }
        return rows
    }

    /// Puts rows in hand where these rows' nullable foreign key refers to, `nil` where it is `NULL` or refers to none of
    /// them; asks the database nothing.
    public func attaching<R: ToOptionalOne, Nested: ModelRow>(
        _ relation: KeyPath<Element.Root.Relations, R>, _ related: [Nested]
    ) -> [With<Element, R, Nested?>] where R.Source == Element.Root, Nested.Root == R.Target {
        let found = Self.byKey(related, R.self)
        return map { row in With(row, R.self, R.key(of: row.root).flatMap { found[$0] }) }
    }

    private static func byKey<R: ForeignKeyRelation, Nested: ModelRow>(
        _ rows: [Nested], _ relation: R.Type
    ) -> [R.Key: Nested] where Nested.Root == R.Target {
        Dictionary(rows.compactMap { row in R.targetKey(of: row.root).map { ($0, row) } }) { first, _ in first }
    }
}

extension ORMError {
    fileprivate static func notInHand<R: ToOne>(_ relation: R.Type, _ row: some ModelRow) -> ORMError {
        ORMError(
            .doesNotExist,
            "attaching(\\.\(R.name)) was not given the \(R.Target.self) of \(R.Source.self) \(row.root.id). Give all rows "
                + "that are referred to, or load them with prefetchRelated(\\.\(R.name), on:).",
            table: R.Target.schema.table)
    }
}
