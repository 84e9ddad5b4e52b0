/// The keys of parents, and the rows related to each.
@usableFromInline
struct RelatedGroups<Key: Hashable, Row> {
    /// Without repetition, in the order in which they came.
    @usableFromInline var keys: [Key] = []
    @usableFromInline var groups: [[Row]] = []
    @usableFromInline var positions: [Key: Int] = [:]
    /// The position found last: related rows often come parent by parent.
    @usableFromInline var last = 0

    @inlinable
    init() {}

    @inlinable
    mutating func insert(_ key: Key) {
        if !keys.isEmpty, keys[keys.count - 1] == key { return }
        if let position = positions.updateValue(keys.count, forKey: key) {
            positions[key] = position
        } else {
            keys.append(key)
        }
    }

    /// Puts a row to its parent's; one of no parent is left out.
    @inlinable
    mutating func append(_ row: Row, to key: Key) {
        if groups.isEmpty { groups = Array(repeating: [], count: keys.count) }
        if last >= keys.count || keys[last] != key {
            guard let position = positions[key] else { return }
            last = position
        }
        groups[last].append(row)
    }

    @inlinable
    func rows(of key: Key) -> [Row] {
        guard !groups.isEmpty, let position = positions[key] else { return [] }
        return groups[position]
    }

    /// A key to which no row came.
    @inlinable var firstEmpty: Key? {
        groups.isEmpty ? keys.first : groups.firstIndex(where: \.isEmpty).map { keys[$0] }
    }
}

extension RelatedGroups: Sendable where Key: Sendable, Row: Sendable {}
