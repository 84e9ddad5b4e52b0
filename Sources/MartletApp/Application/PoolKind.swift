import ArgumentParser
import Configuration
import MartletServices
import MartletTasks

/// Where `work` runs tasks, as an option and a setting name it.
enum PoolKind: String, CaseIterable, ExpressibleByArgument {
    /// In the process of the worker.
    case concurrent
    /// In processes of their own.
    case processes

    /// The pool; `WORKER_MAX_TASKS_PER_CHILD` and `WORKER_MAX_MEMORY_PER_CHILD` (bytes) say when a process is replaced.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when one of them is no number.
    func pool(_ concurrency: Concurrency, _ settings: ApplicationSettings) throws -> WorkerPool {
        switch self {
        case .concurrent: .concurrent(concurrency)
        case .processes:
            .processes(
                concurrency, maxTasksPerChild: try settings.integer("worker", "max_tasks_per_child"),
                maxMemoryPerChild: try settings.integer("worker", "max_memory_per_child"))
        }
    }
}

extension ApplicationSettings {
    /// The pool that `WORKER_POOL` names; in process by default.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when there is none of that name.
    func pool() throws -> PoolKind {
        guard let name = config.string(forKey: ConfigKey(["worker", "pool"])), !name.isEmpty else { return .concurrent }
        guard let kind = PoolKind(rawValue: name) else {
            throw ServiceError(
                .misconfigured, "WORKER_POOL is '\(name)', which is no pool. Use concurrent or processes.")
        }
        return kind
    }
}
