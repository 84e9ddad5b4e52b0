public import Foundation

/// A run of a task that has failed, as its message remembers it.
public struct FailedRun: Sendable, Hashable {
    /// When it failed.
    public var date: Date
    /// The error, cut to 500 characters.
    public var error: String
    /// How often the task had been retried before.
    public var retries: Int

    /// Makes a run; the error is cut.
    public init(date: Date, error: String, retries: Int) {
        self.date = date
        self.error = String(error.prefix(500))
        self.retries = retries
    }

    var json: JSONValue {
        ["date": .string(ISODate.text(of: date)), "error": .string(error), "retries": .integer(retries)]
    }

    init?(json: JSONValue) {
        guard let date = json["date"].flatMap(TaggedValue.date(from:)), let error = json["error"]?.stringValue
        else { return nil }
        self.init(date: date, error: error, retries: json["retries"]?.integerValue ?? 0)
    }
}

extension TaskHeaders {
    private static let failedRunsHeader = "martlet_errors"

    /// The last ten runs that have failed, the oldest first (header `martlet_errors`); what is no run is left out.
    public var failedRuns: [FailedRun] {
        get { custom[Self.failedRunsHeader]?.arrayValue?.compactMap(FailedRun.init(json:)) ?? [] }
        set { custom[Self.failedRunsHeader] = newValue.isEmpty ? nil : .array(newValue.suffix(10).map(\.json)) }
    }
}

extension DeadLetter {
    /// The runs that have failed, the oldest first: at most ten that were retried, and the one that brought it here.
    public var history: [FailedRun] {
        let headers = headers
        let last = FailedRun(date: diedAt, error: error, retries: headers?.retries ?? 0)
        return (headers?.failedRuns ?? []) + [last]
    }
}
