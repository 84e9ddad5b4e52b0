/// Where a worker's own Swift tasks run; `nil` is the system's executor.
///
/// A test bench sets it, so that it sees all that a worker does: unstructured tasks inherit task-local values, but not
/// the executor.
package enum WorkerExecutor {
    /// The executor for the worker that is run in this Swift task.
    @TaskLocal package static var current: (any TaskExecutor)?
}
