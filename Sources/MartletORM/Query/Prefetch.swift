/// One relation to load for all rows of a query, once they are there.
///
/// It knows rows only through two closures, one that visits the parents and one that puts what was loaded into a row, so
/// that a row can be wrapped in further ``With``s by wrapping the closures.
@usableFromInline
struct Prefetch<Row: ModelRow>: Sendable {
    /// Calls its argument for every row.
    @usableFromInline typealias Each = (_ visit: (Row) -> Void) -> Void
    /// Puts what was loaded into a row.
    @usableFromInline typealias Attach = @Sendable (inout Row) -> Void

    @usableFromInline let load: @Sendable (Each, any DatabaseSession, CallSite?) async throws -> Attach

    /// Loads the relation for the rows and puts it into them.
    @inlinable
    func run(_ rows: inout [Row], on session: any DatabaseSession, at location: CallSite?) async throws {
        let attach = try await load({ visit in rows.forEach(visit) }, session, location)
        for index in rows.indices { attach(&rows[index]) }
    }

    /// The same prefetch for rows that contain those of this one.
    @inlinable
    func lifted<Outer: ModelRow>(
        each: @escaping @Sendable (_ outer: Prefetch<Outer>.Each, _ visit: (Row) -> Void) -> Void,
        attach: @escaping @Sendable (_ outer: inout Outer, _ attach: Attach) -> Void
    ) -> Prefetch<Outer> {
        let load = self.load
        return Prefetch<Outer> { outer, session, location in
            let put = try await load({ visit in each(outer, visit) }, session, location)
            return { row in attach(&row, put) }
        }
    }

    /// The same prefetch for rows with one more relation around them.
    @inlinable
    func lifted<R: Relation, Value>(into relation: R.Type) -> Prefetch<With<Row, R, Value>> {
        lifted { each, visit in
            each { (row: With<Row, R, Value>) in visit(row.base) }
        } attach: { row, attach in
            attach(&row.base)
        }
    }

    @inlinable
    init(
        load: @escaping @Sendable (Each, any DatabaseSession, CallSite?) async throws -> Attach
    ) {
        self.load = load
    }
}

extension Prefetch {
    /// Loads a relation with one statement for all parents; none when no parent has a key.
    ///
    /// - Parameters:
    ///   - isRequired: Whether a parent whose key leads to no row is an error.
    ///   - put: Puts the related rows of a parent into it.
    @inlinable
    init<R: Relation, Nested: ModelRow>(
        loading relation: R.Type, _ query: QuerySet<Nested>, isRequired: Bool = false,
        put: @escaping @Sendable (inout Row, [Nested]) -> Void
    ) where R.Source == Row.Root {
        var query = query
        query.select.origin = .prefetch(R.self)
        let related = query
        self.init { each, session, location in
            var groups = RelatedGroups<R.Key, Nested>()
            each { row in
                if let key = R.key(of: row.root) { groups.insert(key) }
            }
            try await related.load(R.self, into: &groups, on: session, at: location)
            if isRequired, let missing = groups.firstEmpty { throw ORMError.missingRelated(R.self, missing, location) }
            let found = groups
            return { row in put(&row, R.key(of: row.root).map(found.rows(of:)) ?? []) }
        }
    }
}

extension QuerySet {
    /// Puts the rows related to each key into its group, in the order of this query.
    @inlinable
    func load<R: Relation>(
        _ relation: R.Type, into groups: inout RelatedGroups<R.Key, Row>, on session: any DatabaseSession,
        at location: CallSite?
    ) async throws {
        guard !groups.keys.isEmpty,
            let statement = try select.statement(R.self, keys: groups.keys, session.dialect, at: location)
        else { return }
        let collector = RowCollector<Row>()
        let keys = RowCollector<R.Key>()
        let decode = self.decode
        _ = try await session.perform(
            statement,
            into: RowSink { _ in
                keys.rows.removeAll()
                collector.rows.removeAll()
            } take: { row in
                keys.rows.append(try row.next(as: R.Key.self))
                collector.rows.append(try decode(&row))
            })
        var rows = collector.takeAll()
        try await finish(&rows, on: session, at: location)
        for (key, row) in zip(keys.takeAll(), rows) { groups.append(row, to: key) }
    }
}

extension SelectStatement {
    /// The statement that reads the rows related to the keys; `nil` when it is known to have none.
    @usableFromInline
    func statement<R: Relation>(
        _ relation: R.Type, keys: [R.Key], _ dialect: Dialect, at location: CallSite?
    ) throws -> Statement? {
        let rows = try R.link.rows.get()
        guard !isNone else { return nil }
        return Statement(try sql(relatedBy: rows, keys: KeyArray(keys.map(\.sqlValue)), dialect), at: location)
    }
}

extension ORMError {
    @usableFromInline
    static func missingRelated<R: Relation>(
        _ relation: R.Type, _ key: R.Key, _ location: CallSite?
    ) -> ORMError {
        ORMError(
            .doesNotExist,
            "prefetchRelated(\\.\(R.name)) found no \(R.Target.self) with key \(key.sqlValue) for a \(R.Source.self) that "
                + "requires one. If the closure filters, give the relation a name of its own, whose value may be nil: "
                + "prefetchRelated(\\.\(R.name), as: Name.self).",
            table: R.Target.schema.table, location: location)
    }
}
