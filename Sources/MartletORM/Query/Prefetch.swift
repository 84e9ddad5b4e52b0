/// One relation to load for all rows of a query, once they are there.
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

    /// The same prefetch for rows with one more relation around them.
    func lifted<R: Relation, Value>(into relation: R.Type) -> Prefetch<With<Row, R, Value>> {
        lifted { each, visit in
            each { (row: With<Row, R, Value>) in visit(row.base) }
        } attach: { row, attach in
            attach(&row.base)
        }
    }

    private init(
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
    init<R: Relation, Nested: ModelRow>(
        loading relation: R.Type, _ query: QuerySet<Nested>, isRequired: Bool = false,
        put: @escaping @Sendable (inout Row, [Nested]) -> Void
    ) where R.Source == Row.Root {
        let query = query.changed { $0.origin = .prefetch(R.self) }
        self.init { each, session, location in
            var keys = DistinctKeys<R.Key>()
            each { row in
                if let key = R.key(of: row.root) { keys.insert(key) }
            }
            let groups = try await query.related(
                by: try R.link.rows.get(), to: keys.values, on: session, at: location)
            if isRequired, let missing = keys.values.first(where: { groups[$0] == nil }) {
                throw ORMError.missingRelated(R.self, missing, location)
            }
            return { row in put(&row, R.key(of: row.root).flatMap { groups[$0] } ?? []) }
        }
    }
}

/// Keys without repetition, in the order in which they came.
private struct DistinctKeys<Key: Hashable> {
    private(set) var values: [Key] = []
    private var seen: Set<Key> = []

    mutating func insert(_ key: Key) {
        if seen.insert(key).inserted { values.append(key) }
    }
}

extension QuerySet {
    /// The rows related to each of the keys, in the order of this query.
    fileprivate func related<Key: ColumnValue & Hashable>(
        by rows: RelatedRows, to keys: [Key], on session: any DatabaseSession, at location: CallSite?
    ) async throws -> [Key: [Row]] {
        guard !keys.isEmpty, !select.isNone else { return [:] }
        try session.requireOnePlace(select.tables(session.dialect).union(rows.tables))
        let sql = try select.sql(relatedBy: rows, keys: KeyArray(keys.map(\.sqlValue)), session.dialect)
        let decode = self.decode
        let result = try await session.perform(Statement(sql, at: location)) { row in
            (key: try row.next(as: Key.self), row: try decode(&row))
        }
        var found = result.rows.map(\.row)
        try await finish(&found, on: session, at: location)
        var groups: [Key: [Row]] = [:]
        groups.reserveCapacity(keys.count)
        for (index, pair) in result.rows.enumerated() { groups[pair.key, default: []].append(found[index]) }
        return groups
    }
}

extension ORMError {
    fileprivate static func missingRelated<R: Relation>(
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
