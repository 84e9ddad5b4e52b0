/// The statements of one shape that one line of the source ran.
public struct StatementGroup: Sendable {
    /// What they have in common.
    public let fingerprint: StatementFingerprint
    /// The line that ran them, when it is known.
    public var location: CallSite? { first.location }
    /// The first of them.
    public let first: RecordedStatement
    /// The call to another service within which they ran, when that runs in the same process.
    public let endpoint: String?
    /// How many there were; a write in bulk is one.
    public private(set) var count = 0
    /// How many of them repeat an earlier one, text and values and all.
    public private(set) var duplicates = 0
    /// The number of rows they returned.
    public private(set) var rows = 0
    /// The time they took, together.
    public private(set) var duration: Duration = .zero

    /// Hashes of text and values of those so far; it is bounded, so that a long task stays small.
    private var seen: Set<Int> = []
    private static let seenLimit = 10_000

    init(_ fingerprint: StatementFingerprint, first: RecordedStatement, within endpoint: String?) {
        self.endpoint = endpoint
        self.fingerprint = fingerprint
        self.first = first
    }

    /// How many differ in their values: similar, and not the same.
    public var distinct: Int { count - duplicates }

    mutating func add(_ statement: RecordedStatement) {
        count += 1
        rows += statement.rows
        duration += statement.duration
        var hasher = Hasher()
        hasher.combine(statement.text)
        hasher.combine(statement.bindings)
        hasher.combine(statement.executions)
        let hash = hasher.finalize()
        if seen.contains(hash) {
            duplicates += 1
        } else if seen.count < Self.seenLimit {
            seen.insert(hash)
        }
    }

    /// Whether a line of the toolkit itself ran them, which its user cannot change.
    var isOwn: Bool {
        guard let module = location?.fileID.split(separator: "/").first else { return false }
        return ["MartletORM", "MartletSQLite", "MartletPostgres", "MartletApp"].contains(module)
    }
}

extension StatementGroup: CustomStringConvertible {
    /// `50 × SELECT … (Billing/Pages.swift:12)`, with duplicates and time.
    public var description: String {
        let same = duplicates > 0 ? ", \(duplicates) of them duplicates" : ""
        let place = location.map { " (\($0))" } ?? ""
        return "\(count) × \(first.text.abbreviatedSQL)\(place), \(rows) rows in \(duration.milliseconds) ms\(same)"
    }
}

extension String {
    /// A statement without the names of its columns when it is long.
    var abbreviatedSQL: String {
        guard count > 160 else { return self }
        guard let from = firstRange(of: " FROM ") else { return "\(prefix(160))…" }
        let rest = self[from.lowerBound...]
        let verb = prefix { $0 != " " }
        return "\(verb) …\(rest.prefix(160))\(rest.count > 160 ? "…" : "")"
    }
}

extension Duration {
    /// Milliseconds with one digit behind the point.
    var milliseconds: Double { (self / .microseconds(100)).rounded() / 10 }
}
