import Synchronization

/// A statement of a prefetch under way: first its keys are collected, then its rows read, then those below them.
@usableFromInline
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
@usableFromInline
final class RelatedBranch<Key: ColumnValue & Hashable, Nested: ModelRow>: PrefetchBranch {
    private struct State {
        var keys: DistinctKeys<Key>
        /// The key to which the row of the same position belongs.
        var owners: [Key] = []
        var rows: [Nested] = []
        var below: [Prefetch<Nested>.Started] = []
        var groups: RowsByKey<Key, Nested>?
        /// The branch that reads the rows of this one too.
        var reader: RelatedBranch?
    }

    private let query: QuerySet<Nested>
    private let work: RelatedWork<Key, Nested>
    private let link: RelatedRows
    private let shape: RelatedShape
    private let state: Mutex<State>

    @usableFromInline
    convenience init<R: Relation>(
        _ relation: R.Type, _ query: QuerySet<Nested>, _ keys: DistinctKeys<Key>, _ work: RelatedWork<Key, Nested>
    ) throws {
        self.init(query, try R.link.rows.get(), keys, work)
    }

    init(
        _ query: QuerySet<Nested>, _ link: RelatedRows, _ keys: DistinctKeys<Key>,
        _ work: RelatedWork<Key, Nested>? = nil, as shape: RelatedShape = .level
    ) {
        self.query = query
        self.work = work ?? RelatedWork(decode: query.decode)
        self.link = link
        self.shape = shape
        state = Mutex(State(keys: keys))
    }

    private var keys: [Key] { state.withLock { $0.keys.values } }

    @usableFromInline var isEmpty: Bool { query.select.isNone || keys.isEmpty }

    @usableFromInline
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

    @usableFromInline
    func load(on session: any DatabaseSession, at location: CallSite?) async throws {
        try session.requireOnePlace(query.select.tables(session.dialect).union(link.tables))
        let values = KeyArray(keys.map(\.sqlValue))
        let sql = try query.select.sql(relatedBy: link, as: shape, keys: values, session.dialect)
        let found = try await work.read(Statement(sql, at: location), session)
        state.withLock { state in
            state.owners = found.owners
            state.rows = found.rows
        }
    }

    @usableFromInline
    func next() throws -> [any PrefetchBranch] {
        try state.withLock { state in
            guard !state.rows.isEmpty else { return [] }
            state.below = try query.prefetches.map { try work.start($0, state.rows) }
            return state.below.flatMap(\.branches)
        }
    }

    /// The rows of each key in the order of the query, with everything below them; once all branches are loaded.
    @usableFromInline
    func related(at location: CallSite?) throws -> RowsByKey<Key, Nested> {
        if let reader = state.withLock({ $0.reader }) { return try reader.related(at: location) }
        return try state.withLock { state in
            if let groups = state.groups { return groups }
            for prefetch in state.below { try work.put(prefetch, &state.rows, location) }
            if shape != .level {
                for owner in state.owners { state.keys.insert(owner) }
            }
            let groups = work.group(state.keys, state.owners, state.rows)
            state.groups = groups
            (state.owners, state.rows) = ([], [])
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
