import Synchronization

/// A statement of a prefetch under way: first its keys are collected, then its rows read, then those below them.
protocol PrefetchBranch: AnyObject, Sendable {
    /// Whether there is nothing to ask for.
    var isEmpty: Bool { get }
    /// Takes over the keys of another branch when one statement answers both; false when it does not.
    func absorb(_ other: any PrefetchBranch, _ dialect: Dialect) -> Bool
    /// Runs the statement.
    func load(on session: any DatabaseSession, at location: CallSite?) async throws
    /// Begins what is to be loaded for the rows that were read.
    func next() throws -> [any PrefetchBranch]
}

/// The related rows of many parents at once.
final class RelatedBranch<Key: ColumnValue & Hashable, Nested: ModelRow>: PrefetchBranch {
    private struct State {
        var keys: DistinctKeys<Key>
        /// The key to which the row of the same position belongs.
        var owners: [Key] = []
        var rows: [Nested] = []
        var below: [Prefetch<Nested>.Started] = []
        var groups: [Key: [Nested]]?
        /// The branch that reads the rows of this one too.
        var reader: RelatedBranch?
    }

    private let query: QuerySet<Nested>
    private let link: RelatedRows
    private let shape: RelatedShape
    private let state: Mutex<State>

    init(_ query: QuerySet<Nested>, _ link: RelatedRows, _ keys: DistinctKeys<Key>, as shape: RelatedShape = .level) {
        self.query = query
        self.link = link
        self.shape = shape
        state = Mutex(State(keys: keys))
    }

    private var keys: [Key] { state.withLock { $0.keys.values } }

    var isEmpty: Bool { query.select.isNone || keys.isEmpty }

    func absorb(_ other: any PrefetchBranch, _ dialect: Dialect) -> Bool {
        guard let other = other as? RelatedBranch, shape == other.shape, link.readsAs(other.link, as: shape),
            query.isEqual(to: other.query, relatedBy: link, as: shape, dialect)
        else { return false }
        let more = other.keys
        state.withLock { state in
            for key in more { state.keys.insert(key) }
        }
        other.state.withLock { $0.reader = self }
        return true
    }

    func load(on session: any DatabaseSession, at location: CallSite?) async throws {
        try session.requireOnePlace(query.select.tables(session.dialect).union(link.tables))
        let values = KeyArray(keys.map(\.sqlValue))
        let sql = try query.select.sql(relatedBy: link, as: shape, keys: values, session.dialect)
        let decode = query.decode
        let result = try await session.perform(Statement(sql, at: location)) { row in
            (key: try row.next(as: Key.self), row: try decode(&row))
        }
        state.withLock { state in
            state.owners = result.rows.map(\.key)
            state.rows = result.rows.map(\.row)
        }
    }

    func next() throws -> [any PrefetchBranch] {
        try state.withLock { state in
            guard !state.rows.isEmpty else { return [] }
            state.below = try query.prefetches.map { prefetch in
                try prefetch.start { visit in state.rows.forEach(visit) }
            }
            return state.below.flatMap(\.branches)
        }
    }

    /// The rows of each key in the order of the query, with everything below them; once all branches are loaded.
    func related(at location: CallSite?) throws -> [Key: [Nested]] {
        if let reader = state.withLock({ $0.reader }) { return try reader.related(at: location) }
        return try state.withLock { state in
            if let groups = state.groups { return groups }
            for prefetch in state.below { try prefetch.put(into: &state.rows, at: location) }
            var groups: [Key: [Nested]] = [:]
            groups.reserveCapacity(state.keys.values.count)
            for (key, row) in zip(state.owners, state.rows) { groups[key, default: []].append(row) }
            state.groups = groups
            state.rows = []
            return groups
        }
    }
}

extension RelatedRows {
    /// Whether the statement over the rows is the same: for one level, wherever the keys come from.
    fileprivate func readsAs(_ other: RelatedRows, as shape: RelatedShape) -> Bool {
        if shape != .level { return self == other }
        return table == other.table && parentColumn == other.parentColumn && through == other.through
    }
}
