import MartletORM

/// Which texts are prepared on a connection, and under which names; the one not used for longest goes first.
struct StatementCache {
    struct Entry: Equatable {
        let name: String
        /// The text with numbered placeholders.
        let text: String
        let placeholders: Int
    }

    enum Use: Equatable {
        /// It is prepared.
        case known(Entry)
        /// Prepare it, and drop the other one.
        case new(Entry, evicted: String?)

        var entry: Entry {
            switch self {
            case .known(let entry), .new(let entry, _): entry
            }
        }
    }

    private let capacity: Int
    private var entries: [String: (entry: Entry, lastUse: UInt64)] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0

    init(capacity: Int = 256) {
        self.capacity = capacity
    }

    /// Finds the entry of a text, or makes one.
    ///
    /// - Parameters:
    ///   - key: What tells it from the same text for other types.
    ///   - hasValues: Whether the text has placeholders; one without values stays as it is.
    mutating func use(_ text: String, as key: String? = nil, hasValues: Bool = true) -> Use {
        uses += 1
        let key = key ?? text
        if let index = entries.index(forKey: key) {
            entries.values[index].lastUse = uses
            return .known(entries.values[index].entry)
        }
        names += 1
        let (numbered, placeholders) = hasValues ? Dialect.postgreSQL.numbered(text) : (text, 0)
        let entry = Entry(name: "m\(names)", text: numbered, placeholders: placeholders)
        let evicted = entries.count < capacity ? nil : entries.min { $0.value.lastUse < $1.value.lastUse }
        if let evicted { entries.removeValue(forKey: evicted.key) }
        entries[key] = (entry, uses)
        return .new(entry, evicted: evicted?.value.entry.name)
    }

    /// Forgets a text whose preparation failed, or whose plan no longer fits its tables.
    mutating func remove(_ key: String) {
        entries.removeValue(forKey: key)
    }
}
