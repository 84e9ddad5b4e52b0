/// One to-many relation to load for all rows of a query, once they are there.
///
/// It knows rows only through two closures, one that visits the parents and one that puts what was loaded into a row, so
/// that a row can be wrapped in further ``With``s by wrapping the closures.
struct Prefetch<Row: ModelRow>: Sendable {
    /// Calls its argument for every row.
    typealias Each = (_ visit: (Row) -> Void) -> Void
    /// Puts what was loaded into a row.
    typealias Attach = @Sendable (inout Row) -> Void

    private let load: @Sendable (Each, any DatabaseSession, CallSite?) async throws -> Attach

    /// Loads the relation for the rows and puts it into them.
    func run(_ rows: inout [Row], on session: any DatabaseSession, at location: CallSite?) async throws {
        let parents = rows
        let attach = try await load({ visit in parents.forEach(visit) }, session, location)
        for index in rows.indices { attach(&rows[index]) }
    }

    /// The same prefetch for rows that contain those of this one.
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

    private init(
        load: @escaping @Sendable (Each, any DatabaseSession, CallSite?) async throws -> Attach
    ) {
        self.load = load
    }
}

extension Prefetch {
    /// Loads a relation with one statement for all parents; none when there are no parents.
    init<Base, R: ToMany, Nested: ModelRow>(loading relation: R.Type, _ query: QuerySet<Nested>)
    where Row == With<Base, R, [Nested]>, R.Source == Base.Root {
        let query = query.changed { $0.origin = .prefetch(R.self) }
        self.init { each, session, location in
            var keys: Set<R.Source.ID> = []
            each { keys.insert($0.root.id) }
            let groups = try await query.related(
                by: try R.link.rows.get(), to: Array(keys), on: session, at: location)
            return { row in row.loaded = groups[row.root.id] ?? [] }
        }
    }
}

extension QuerySet {
    /// The rows related to each of the keys, in the order of this query.
    fileprivate func related<Key: ColumnValue & Hashable>(
        by rows: RelatedRows, to keys: [Key], on session: any DatabaseSession, at location: CallSite?
    ) async throws -> [Key: [Row]] {
        guard !keys.isEmpty else { return [:] }
        let sql = try select.sql(relatedBy: rows, keys: KeyArray(keys.map(\.sqlValue)), session.dialect)
        let decode = self.decode
        let result = try await session.perform(Statement(sql, at: location)) { row in
            (key: try row.next(as: Key.self), row: try decode(&row))
        }
        var found = result.rows.map(\.row)
        for prefetch in prefetches { try await prefetch.run(&found, on: session, at: location) }
        var groups: [Key: [Row]] = [:]
        groups.reserveCapacity(keys.count)
        for (index, pair) in result.rows.enumerated() { groups[pair.key, default: []].append(found[index]) }
        return groups
    }
}
