// The relations of rows that are in hand already. The rows stay as they are; new ones with the relation are returned.

extension Array where Element: ModelRow {
    /// Loads the rows of a to-many relation for these rows, by one statement.
    ///
    /// ```swift
    /// let withLines = try await invoices.prefetchRelated(\.lines, on: database)
    /// ```
    @inlinable
    public func prefetchRelated<R: ToMany>(
        _ relation: KeyPath<Element.Root.Relations, R>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> [With<Element, R, [R.Target]>] where R.Source == Element.Root {
        try await prefetchRelated(relation, on: executor, fileID: fileID, line: line) { $0 }
    }

    /// Loads the rows of a to-many relation for these rows, by one statement and those of the closure.
    @inlinable
    public func prefetchRelated<R: ToMany, Nested: ModelRow>(
        _ relation: KeyPath<Element.Root.Relations, R>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line, _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) async throws -> [With<Element, R, [Nested]>] where R.Source == Element.Root, Nested.Root == R.Target {
        try await loading(
            Prefetch(loading: R.self, nested(R.Target.objects)) { $0.value = $1 }, on: executor,
            CallSite(fileID: fileID, line: line))
    }

    /// Loads the row of a required foreign key for these rows, by one statement.
    @inlinable
    public func prefetchRelated<R: ToOne>(
        _ relation: KeyPath<Element.Root.Relations, R>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> [With<Element, R, R.Target>] where R.Source == Element.Root {
        try await prefetchRelated(relation, on: executor, fileID: fileID, line: line) { $0 }
    }

    /// Loads the row of a required foreign key for these rows, by one statement and those of the closure.
    @inlinable
    public func prefetchRelated<R: ToOne, Nested: ModelRow>(
        _ relation: KeyPath<Element.Root.Relations, R>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line, _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) async throws -> [With<Element, R, Nested>] where R.Source == Element.Root, Nested.Root == R.Target {
        let prefetch = Prefetch<With<Element, R, Nested>>(
            loading: R.self, nested(R.Target.objects), isRequired: true
        ) { row, related in
            if let found = related.first { row.value = found }
        }
        return try await loading(prefetch, on: executor, CallSite(fileID: fileID, line: line))
    }

    /// Loads the row of a nullable foreign key, or of a one-to-one relation that leads here, for these rows, by one
    /// statement.
    @inlinable
    public func prefetchRelated<R: OptionalOne>(
        _ relation: KeyPath<Element.Root.Relations, R>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> [With<Element, R, R.Target?>] where R.Source == Element.Root {
        try await prefetchRelated(relation, on: executor, fileID: fileID, line: line) { $0 }
    }

    /// Loads the row of a nullable foreign key, or of a one-to-one relation that leads here, for these rows, by one
    /// statement and those of the closure.
    @inlinable
    public func prefetchRelated<R: OptionalOne, Nested: ModelRow>(
        _ relation: KeyPath<Element.Root.Relations, R>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line, _ nested: (QuerySet<R.Target>) -> QuerySet<Nested>
    ) async throws -> [With<Element, R, Nested?>] where R.Source == Element.Root, Nested.Root == R.Target {
        try await loading(
            Prefetch(loading: R.self, nested(R.Target.objects)) { $0.value = $1.first }, on: executor,
            CallSite(fileID: fileID, line: line))
    }

    @inlinable
    func loading<R: Relation, Value>(
        _ prefetch: Prefetch<With<Element, R, Value>>, on executor: some QueryExecutor, _ location: CallSite
    ) async throws -> [With<Element, R, Value>] {
        guard !isEmpty else { return [] }
        return try await executor.withSession(.snapshot, over: [Element.Root.schema.table]) { session in
            var rows = map { With<Element, R, Value>(unfinished: $0) }
            try await Prefetch.run([prefetch], &rows, on: session, at: location)
            return rows
        }
    }
}
