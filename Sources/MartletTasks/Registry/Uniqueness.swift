/// When a task is not sent because the same one is already there.
///
/// ```swift
/// @Task(unique: .untilDone(by: "client"))
/// func sync(client: Int) async throws { … }
/// ```
///
/// Sending it again gives the result of the one that is there. It needs a ``UniqueBroker``; the lock is freed when its
/// time is over even if nobody frees it.
public struct Uniqueness: Sendable, Hashable {
    /// When the next one may be sent.
    public let release: UniqueLock.Release
    /// The names of the parameters that make two calls the same; empty for all.
    public let parameters: [String]
    /// How long it holds at most.
    public let period: Duration

    /// One that waits in a queue; while it runs the next may be sent.
    public static func untilStarted(by parameters: String..., atMost period: Duration = .seconds(86_400)) -> Uniqueness
    {
        Uniqueness(release: .started, parameters: parameters, period: period)
    }

    /// One that waits, runs or waits for its retry.
    public static func untilDone(by parameters: String..., atMost period: Duration = .seconds(86_400)) -> Uniqueness {
        Uniqueness(release: .done, parameters: parameters, period: period)
    }

    /// One in a period, whatever becomes of it.
    public static func every(_ period: Duration, by parameters: String...) -> Uniqueness {
        Uniqueness(release: .expired, parameters: parameters, period: period)
    }
}
