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
    /// - Parameter hasValues: Whether the text has placeholders; one without values stays as it is.
    mutating func use(_ text: String, hasValues: Bool = true) -> Use {
        uses += 1
        if let index = entries.index(forKey: text) {
            entries.values[index].lastUse = uses
            return .known(entries.values[index].entry)
        }
        names += 1
        let (numbered, placeholders) = hasValues ? Dialect.postgreSQL.numbered(text) : (text, 0)
        let entry = Entry(name: "m\(names)", text: numbered, placeholders: placeholders)
        let evicted = entries.count < capacity ? nil : entries.min { $0.value.lastUse < $1.value.lastUse }
        if let evicted { entries.removeValue(forKey: evicted.key) }
        entries[text] = (entry, uses)
        return .new(entry, evicted: evicted?.value.entry.name)
    }

    /// Forgets a text whose preparation failed, or whose plan no longer fits its tables.
    mutating func remove(_ text: String) {
        entries.removeValue(forKey: text)
    }
}
