/// Something that a piece of work should ask otherwise, with the remedy.
public struct QueryFinding: Sendable, Hashable {
    /// What is wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Statements that differ only in their values, from one line: the N+1 query.
        case similar
        /// The same statement with the same values, from one line.
        case duplicate
        /// Calls to one endpoint of another service: the N+1 call.
        case calls
        /// Rows that `prefetchRelated` loaded and nothing read.
        case unreadPrefetch
    }

    /// What is wrong.
    public let kind: Kind
    /// The statement, the endpoint or the relation.
    public let subject: String
    /// The line that ran it; `nil` for calls, which have none.
    public let location: CallSite?
    /// How many statements, calls, or unread rows.
    public let count: Int
    /// How many of the statements repeat an earlier one, values and all.
    public let duplicates: Int
    /// The time the statements or calls took together.
    public let duration: Duration
    /// What to do.
    public let remedy: String
}

extension QueryFinding {
    init(repeated group: StatementGroup, in report: QueryReport) {
        kind = group.distinct > 1 ? .similar : .duplicate
        subject = "\(group.first.text.abbreviatedSQL)"
        location = group.location
        count = group.count
        duplicates = group.duplicates
        duration = group.duration
        remedy = group.distinct > 1 ? Remedy.similar(group, in: report) : Remedy.duplicate
    }

    init(calls: QueryReport.Call) {
        kind = .calls
        subject = calls.endpoint
        location = nil
        count = calls.count
        duplicates = 0
        duration = calls.duration
        remedy = Remedy.calls
    }

    init(unread group: StatementGroup) {
        kind = .unreadPrefetch
        location = group.location
        count = group.rows
        duplicates = 0
        duration = group.duration
        guard case .prefetch(let relation)? = group.first.origin else {
            subject = group.first.text
            remedy = ""
            return
        }
        subject = relation.fullName
        remedy = Remedy.unread(relation)
    }
}

extension QueryFinding: CustomStringConvertible {
    /// What happened, where, how often, and what to do.
    public var description: String {
        let place = location.map { " at \($0)" } ?? ""
        let time = "in \(duration.milliseconds) ms"
        return switch kind {
        case .similar:
            "N+1: \(count) similar statements \(time)\(place)\(repeats): \(subject). \(remedy)"
        case .duplicate:
            "Duplicates: \(count) times the same statement \(time)\(place): \(subject). \(remedy)"
        case .calls:
            "N+1: \(count) calls to \(subject) \(time). \(remedy)"
        case .unreadPrefetch:
            "Never read: \(count) rows of \(subject), loaded \(time)\(place). \(remedy)"
        }
    }

    private var repeats: String { duplicates > 0 ? " (\(duplicates) of them duplicates)" : "" }
}
