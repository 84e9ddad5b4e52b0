public import Logging
import Synchronization

/// Watches pieces of work for N+1 queries and logs each once, with its line and its remedy; for development.
///
/// ```swift
/// let queries = NPlusOneGuard(logger: logger)
/// let page = try await queries.watch { try await invoicePage(on: database) }
/// ```
///
/// One request or one run of a task is one piece of work. `MartletApp` watches both, in development. A test fails by
/// itself with `expectNoNPlusOne` of MartletTesting.
public final class NPlusOneGuard: Sendable {
    /// What is reported.
    public struct Options: Sendable {
        /// From how many statements of one line, or calls of one endpoint, within one piece of work; 5 by default.
        public var threshold: Int = 5

        /// Whether prefetched rows that nothing read are reported; true by default.
        public var reportsUnreadPrefetches: Bool = true

        /// The defaults.
        public init() {}
    }

    private struct Place: Hashable {
        var kind: QueryFinding.Kind
        var location: CallSite?
        var subject: String
    }

    private let options: Options
    private let logger: Logger
    private let onFinding: @Sendable (QueryFinding) -> Void
    private let reported = Mutex<Set<Place>>([])
    private static let reportedLimit = 1000

    /// Makes a guard.
    ///
    /// - Parameter onFinding: Called with every finding of every piece of work, logged before or not; for metrics.
    public init(
        options: Options = Options(), logger: Logger, onFinding: @escaping @Sendable (QueryFinding) -> Void = { _ in }
    ) {
        self.options = options
        self.logger = logger
        self.onFinding = onFinding
    }

    /// Runs a piece of work, and afterwards logs a warning for each finding at a place that has none yet.
    public func watch<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        try await QueryRecorder.watch(body) { report in
            for finding in report.findings(threshold: options.threshold) {
                guard options.reportsUnreadPrefetches || finding.kind != .unreadPrefetch else { continue }
                onFinding(finding)
                if isNew(finding) { log(finding) }
            }
        }
    }

    /// A line is told once, whatever the statements it makes; calls, which have no line, once for each endpoint.
    private func isNew(_ finding: QueryFinding) -> Bool {
        let place = Place(
            kind: finding.kind, location: finding.location, subject: finding.location == nil ? finding.subject : "")
        return reported.withLock { $0.count < Self.reportedLimit && $0.insert(place).inserted }
    }

    private func log(_ finding: QueryFinding) {
        var metadata: Logger.Metadata = [
            "count": .stringConvertible(finding.count), "remedy": .string(finding.remedy),
            "ms": .stringConvertible(finding.duration.milliseconds),
        ]
        metadata["at"] = finding.location.map { .stringConvertible($0) }
        if finding.duplicates > 0 { metadata["duplicates"] = .stringConvertible(finding.duplicates) }
        metadata[finding.kind.subjectKey] = .string(finding.subject)
        logger.warning(finding.kind.headline, metadata: metadata)
    }
}

extension QueryFinding.Kind {
    fileprivate var headline: Logger.Message {
        switch self {
        case .similar: "N+1 queries"
        case .duplicate: "duplicate queries"
        case .calls: "N+1 calls to another service"
        case .unreadPrefetch: "prefetched and never read"
        }
    }

    fileprivate var subjectKey: String {
        switch self {
        case .similar, .duplicate: "statement"
        case .calls: "endpoint"
        case .unreadPrefetch: "relation"
        }
    }
}
