/// Where a worker runs its tasks, and how many at once.
public struct WorkerPool: Sendable, Hashable {
    /// How many tasks run at once.
    public var concurrency: Concurrency

    /// In the worker's own process, as concurrent Swift tasks; by default 8.
    public static func concurrent(_ concurrency: Concurrency = 8) -> WorkerPool { WorkerPool(concurrency: concurrency) }

    func validate() throws(TaskError) { try concurrency.validate() }
}

/// How many tasks a worker runs at once.
public struct Concurrency: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// How many at most.
    public let maximum: Int

    /// Always so many.
    public static func fixed(_ count: Int) -> Concurrency { Concurrency(maximum: count) }

    private init(maximum: Int) { self.maximum = maximum }

    /// Always so many.
    public init(integerLiteral count: Int) { self = .fixed(count) }

    /// The number.
    public var description: String { "\(maximum)" }

    func validate() throws(TaskError) {
        guard maximum > 0 else {
            throw TaskError(.misconfigured, "a worker with concurrency \(maximum) runs nothing; use at least 1")
        }
    }
}
