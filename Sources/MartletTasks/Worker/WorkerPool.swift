import Logging

/// Where a worker runs its tasks, and how many at once.
public struct WorkerPool: Sendable, Hashable {
    /// How many tasks run at once.
    public var concurrency: Concurrency
    /// When a process is replaced; `nil` without processes.
    let processes: ProcessLimits?
    private let place: Place?

    /// In the worker's own process, as concurrent Swift tasks; by default 8.
    public static func concurrent(_ concurrency: Concurrency = 8) -> WorkerPool {
        WorkerPool(concurrency: concurrency, processes: nil, place: nil)
    }

    /// In the worker's own process, on an executor of yours: a pool of threads for tasks that block or compute, say.
    ///
    /// The worker itself goes on elsewhere, so tasks that keep all threads of the executor busy do not keep it from
    /// renewing leases and fetching (Celery's custom pools). What a task awaits comes back to the executor, but for code
    /// of an actor that has its own.
    public static func concurrent(_ concurrency: Concurrency = 8, on executor: any TaskExecutor) -> WorkerPool {
        WorkerPool(concurrency: concurrency, processes: nil, place: Place(executor: executor))
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
    ///   - startTimeout: How long a process may take to begin its first task, before another is tried; 60 s by default.
    ///     Celery's `worker_proc_alive_timeout` has 4 s, which a program that opens databases first can exceed.
    ///   - endTimeout: How long a process may go on after its task was cancelled or the worker stops, before it is killed;
    ///     5 s by default.
    public static func processes(
        _ concurrency: Concurrency, maxTasksPerChild: Int? = nil, maxMemoryPerChild: Int? = nil,
        startTimeout: Duration = .seconds(60), endTimeout: Duration = .seconds(5)
    ) -> WorkerPool {
        WorkerPool(
            concurrency: concurrency,
            processes: ProcessLimits(
                maxTasks: maxTasksPerChild, maxMemory: maxMemoryPerChild, startTimeout: startTimeout,
                endTimeout: endTimeout),
            place: nil)
    }

    /// Where tasks run; `nil` is where the worker does.
    var executor: (any TaskExecutor)? { place?.executor }

    /// An executor; two are equal when they are the same.
    private struct Place: Sendable, Hashable {
        let executor: any TaskExecutor

        static func == (left: Place, right: Place) -> Bool { left.executor === right.executor }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(executor)) }
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
        var startTimeout: Duration = .seconds(60)
        var endTimeout: Duration = .seconds(5)

        func isSpent(jobs: Int, memory: Int) -> Bool {
            if let maxTasks, jobs >= maxTasks { return true }
            if let maxMemory, memory > maxMemory { return true }
            return false
        }

        func validate() throws(TaskError) {
            for (name, value) in [("startTimeout", startTimeout), ("endTimeout", endTimeout)] where value <= .zero {
                throw TaskError(.misconfigured, "a \(name) of \(value) kills every process at once; use more than zero")
            }
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
