/// Where a worker runs its tasks, and how many at once.
public struct WorkerPool: Sendable, Hashable {
    /// How many tasks run at once.
    public var concurrency: Concurrency

    /// In the worker's own process, as concurrent Swift tasks; by default 8.
    public static func concurrent(_ concurrency: Concurrency = 8) -> WorkerPool { WorkerPool(concurrency: concurrency) }

    func validate() throws(TaskError) { try concurrency.validate() }
}
