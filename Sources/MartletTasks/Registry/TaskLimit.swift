/// A limit on a task over all workers, as a whole or for each value of some of its arguments.
///
/// ```swift
/// @Task(limits: [.concurrency(2, per: "client"), .rate("100/m", per: "client")])
/// func sync(client: Int) async throws { … }
/// ```
///
/// A tenant with ten thousand waiting tasks does not hold up the others: what exceeds a limit steps aside.
/// It needs a ``LimitingBroker``.
public struct TaskLimit: Sendable, Hashable {
    /// The limit.
    public let kind: KeyedLimit.Kind
    /// The names of the parameters whose values make the key; none for the task as a whole.
    public let parameters: [String]
    /// What stands for the task in the key, so that several tasks can share a limit; `nil` is the task's name.
    public let name: String?

    /// At most `count` at once, for each value of the named parameters.
    public static func concurrency(_ count: Int, per parameters: String..., name: String? = nil) -> TaskLimit {
        TaskLimit(kind: .concurrency(count), parameters: parameters, name: name)
    }

    /// So many starts in a period, for each value of the named parameters.
    public static func rate(_ rate: RateLimit, per parameters: String..., name: String? = nil) -> TaskLimit {
        TaskLimit(kind: .rate(rate), parameters: parameters, name: name)
    }
}
