/// What a piece of work asked of databases and of other services, in groups; ``QueryRecorder/watch(_:onEnd:)`` makes it.
public struct QueryReport: Sendable {
    /// The calls to one endpoint of another service.
    public struct Call: Sendable, Hashable {
        /// The endpoint, such as `projects.project (GET /projects/{id})`.
        public let endpoint: String
        /// How often it was called.
        public internal(set) var count = 0
        /// The time the calls took, together.
        public internal(set) var duration: Duration = .zero
    }

    /// The statements, grouped by shape and by the line that ran them, in the order in which each group began.
    public let groups: [StatementGroup]
    /// The calls to other services, each endpoint once.
    public let calls: [Call]
    private let readRelations: Set<ObjectIdentifier>

    init(groups: [StatementGroup], calls: [Call], readRelations: Set<ObjectIdentifier>) {
        self.groups = groups
        self.calls = calls
        self.readRelations = readRelations
    }

    /// Groups statements that ``QueryRecorder/record(_:)`` returned.
    ///
    /// What was read of prefetched rows is not known then, so ``unreadPrefetches`` is empty.
    public init(_ statements: [RecordedStatement]) {
        var log = QueryLog()
        for statement in statements {
            log.add(statement)
            if case .prefetch(let relation)? = statement.origin { log.addRead(of: relation) }
        }
        self = log.report
    }

    /// The number of statements; a write in bulk is one.
    public var count: Int { groups.reduce(0) { $0 + $1.count } }

    /// The time the statements took together.
    public var duration: Duration { groups.reduce(.zero) { $0 + $1.duration } }

    /// The statements of `prefetchRelated` that returned rows nothing has read.
    ///
    /// A relation counts as read when any row of the work was asked for it, by its name or to be
    /// encoded. A read after the end of the work, or in a detached task, is not seen.
    public var unreadPrefetches: [StatementGroup] {
        groups.filter { group in
            guard case .prefetch(let relation)? = group.first.origin, group.rows > 0 else { return false }
            return !readRelations.contains(ObjectIdentifier(relation))
        }
    }

    /// What should be asked otherwise: N+1 statements and calls, duplicates, and prefetches that were never read.
    ///
    /// What another service asks, called in the same process, is divided by the number of the calls: each is a request of
    /// its own.
    ///
    /// - Parameter threshold: From how many statements of one line, or calls of one endpoint, something is found; at
    ///   least 2.
    public func findings(threshold: Int) -> [QueryFinding] {
        let least = max(threshold, 2)
        return calls.filter { $0.count >= least }.map(QueryFinding.init(calls:))
            + groups.filter { $0.count / callCount(of: $0) >= least && !$0.isOwn }.map {
                QueryFinding(repeated: $0, in: self)
            }
            + unreadPrefetches.map(QueryFinding.init(unread:))
    }

    private func callCount(of group: StatementGroup) -> Int {
        calls.first { $0.endpoint == group.endpoint }?.count ?? 1
    }
}

extension QueryReport: CustomStringConvertible {
    /// The number of statements, and a line for each group and each endpoint.
    public var description: String {
        let lines =
            groups.map { "  \($0)" } + calls.map { "  \($0.count) × \($0.endpoint) in \($0.duration.milliseconds) ms" }
        return (["\(count) statements in \(groups.count) groups, \(duration.milliseconds) ms"] + lines)
            .joined(separator: "\n")
    }
}
