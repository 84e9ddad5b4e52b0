/// Keys without repetition, in the order in which they came.
@usableFromInline
struct DistinctKeys<Key: Hashable & Sendable>: Sendable {
    @usableFromInline var values: [Key] = []
    @usableFromInline var positions: [Key: Int] = [:]

    @inlinable
    init() {}

    @inlinable
    mutating func insert(_ key: Key) {
        // Parents that refer to the same row often follow each other.
        if !values.isEmpty, values[values.count - 1] == key { return }
        if let position = positions.updateValue(values.count, forKey: key) {
            positions[key] = position
        } else {
            values.append(key)
        }
    }
}

/// Related rows by the key of their parent.
@usableFromInline
struct RowsByKey<Key: Hashable & Sendable, Row: Sendable>: Sendable {
    @usableFromInline let keys: DistinctKeys<Key>
    /// The rows of each key, at its position.
    @usableFromInline var groups: [[Row]]

    /// Puts rows to their keys; one of another key is left out.
    @inlinable
    init(_ keys: DistinctKeys<Key>, _ owners: [Key], _ rows: [Row]) {
        self.keys = keys
        groups = Array(repeating: [], count: keys.values.count)
        // Related rows often come parent by parent.
        var last = 0
        for (key, row) in zip(owners, rows) {
            if keys.values[last] != key {
                guard let position = keys.positions[key] else { continue }
                last = position
            }
            groups[last].append(row)
        }
    }

    @inlinable
    subscript(key: Key) -> [Row] { keys.positions[key].map { groups[$0] } ?? [] }

    /// A key without rows.
    @inlinable
    func firstEmpty(among wanted: [Key]) -> Key? { wanted.first { self[$0].isEmpty } }
}

/// What is done with each related row.
///
/// These are closures so that they are made in the module of the models, where the compiler knows what a row is.
@usableFromInline
struct RelatedWork<Key: ColumnValue & Hashable, Row: ModelRow>: Sendable {
    /// Runs the statement, whose first column is the parent's key.
    @usableFromInline let read: @Sendable (Statement, any DatabaseSession) async throws -> (owners: [Key], rows: [Row])
    /// Begins to load what is below the rows.
    @usableFromInline let start: @Sendable (Prefetch<Row>, [Row]) throws -> Prefetch<Row>.Started
    /// Puts what was loaded into the rows.
    @usableFromInline let put: @Sendable (Prefetch<Row>.Started, inout [Row], CallSite?) throws -> Void
    @usableFromInline let group: @Sendable (DistinctKeys<Key>, [Key], [Row]) -> RowsByKey<Key, Row>

    @inlinable
    init(decode: @escaping @Sendable (inout RowDecoder) throws -> Row) {
        read = { statement, session in
            let collector = KeyedRowCollector<Key, Row> { row, owners in
                owners.append(try row.next(as: Key.self))
            } decode: {
                try decode(&$0)
            }
            _ = try await session.perform(statement, into: collector.sink)
            let (owners, rows) = collector.takeAll()
            return (owners, rows)
        }
        start = { prefetch, rows in try prefetch.start { visit in for row in rows { visit(row) } } }
        put = { started, rows, location in try started.put(into: &rows, at: location) }
        group = { keys, owners, rows in RowsByKey(keys, owners, rows) }
    }
}
