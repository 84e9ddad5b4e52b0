import Logging

/// Where a worker runs its tasks, and how many at once.
public struct WorkerPool: Sendable, Hashable {
    /// How many tasks run at once.
    public var concurrency: Concurrency
    /// When a process is replaced; `nil` without processes.
    let processes: ProcessLimits?

    /// In the worker's own process, as concurrent Swift tasks; by default 8.
    public static func concurrent(_ concurrency: Concurrency = 8) -> WorkerPool {
        WorkerPool(concurrency: concurrency, processes: nil)
    }

    /// In processes of their own, each of which runs one task at a time (Celery's `prefork`).
    ///
    /// A trap, `exit`, endless loop or leak costs one process and not the worker; a task whose process died counts as
    /// tried once. The processes are this program started again with the same arguments: its main runs as far as
    /// ``Worker/run()``, which serves the pool there. See <doc:ChoosingAPool>.
    ///
    /// - Parameters:
    ///   - concurrency: How many processes.
    ///   - maxTasksPerChild: How many tasks a process runs before another takes its place; `nil` for no limit.
    ///   - maxMemoryPerChild: The resident memory in bytes beyond which a process is replaced after the task that it is
    ///     at; `nil` for no limit. Celery counts in kilobytes.
    public static func processes(
        _ concurrency: Concurrency, maxTasksPerChild: Int? = nil, maxMemoryPerChild: Int? = nil
    ) -> WorkerPool {
        WorkerPool(
            concurrency: concurrency,
            processes: ProcessLimits(maxTasks: maxTasksPerChild, maxMemory: maxMemoryPerChild))
    }

    /// What runs the tasks of a worker.
    func pool(registry: TaskRegistry, running: Running) -> any TaskPool {
        guard let processes else { return running }
        return ProcessPool(limits: processes, registry: registry, time: running.time, logger: running.logger)
    }

    func validate() throws(TaskError) {
        try concurrency.validate()
        try processes?.validate()
    }

    /// When a process of a pool has had its share.
    struct ProcessLimits: Sendable, Hashable {
        let maxTasks: Int?
        let maxMemory: Int?

        func isSpent(jobs: Int, memory: Int) -> Bool {
            if let maxTasks, jobs >= maxTasks { return true }
            if let maxMemory, memory > maxMemory { return true }
            return false
        }

        func validate() throws(TaskError) {
            if let maxTasks, maxTasks < 1 {
                throw TaskError(
                    .misconfigured,
                    "a process that runs \(maxTasks) tasks is of no use; set maxTasksPerChild to 1 or more")
            }
            if let maxMemory, maxMemory < 1 << 20 {
                throw TaskError(
                    .misconfigured,
                    "maxMemoryPerChild is in bytes, and \(maxMemory) is less than any process needs; use 1 MiB or more")
            }
        }
    }
}
