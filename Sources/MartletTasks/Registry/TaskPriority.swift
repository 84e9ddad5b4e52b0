/// How urgent a task is, from 0 to 9; higher is delivered first, on every broker.
///
/// Brokers translate it: on Redis, as Celery lays it out, 0 is first. A task without one has 0, as in Celery.
public struct TaskPriority: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    /// The number in the message.
    public let rawValue: Int

    /// Makes a priority; one that is not from 0 to 9 is refused when the task is sent.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Makes a priority of its number.
    public init(integerLiteral value: Int) { rawValue = value }

    /// After all others: 0, which is also what a task without a priority has.
    public static let low: TaskPriority = 0
    /// Before what has no priority: 3.
    public static let normal: TaskPriority = 3
    /// Before normal: 6.
    public static let high: TaskPriority = 6
    /// Before everything: 9.
    public static let critical: TaskPriority = 9

    /// Whether it is less urgent.
    public static func < (left: TaskPriority, right: TaskPriority) -> Bool { left.rawValue < right.rawValue }

    /// The number as an error, unless it is from 0 to 9.
    func validate() throws(TaskError) {
        guard (0...9).contains(rawValue) else {
            throw TaskError(.invalidArgument, "priority \(rawValue) is out of range; use 0 (default) to 9 (first)")
        }
    }
}
