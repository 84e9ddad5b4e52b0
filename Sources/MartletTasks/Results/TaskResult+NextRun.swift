public import Foundation

extension TaskResult {
    private static let nextRunField = "next_run"

    /// When the task is run again, in the state `RETRY` and for one that was snoozed.
    public var nextRun: Date? {
        state.isFinal ? nil : value[Self.nextRunField].flatMap(TaggedValue.date(from:))
    }

    /// The meta of a state that waits: the error if there was one, and when it is run again.
    static func waiting(_ failure: TaskFailure?, until date: Date) -> JSONValue {
        var meta = failure?.json.objectValue ?? [:]
        meta[nextRunField] = .string(ISODate.text(of: date))
        return .object(meta)
    }
}

extension AsyncResult {
    /// When the task is run again, if it waits for a retry or was snoozed; of a group the first such moment.
    public func nextRun() async throws -> Date? { try await stored().compactMap(\.nextRun).min() }
}
