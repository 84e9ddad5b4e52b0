import Logging
import Synchronization

/// Tells once for each task that it waits for results while it runs.
enum WaitingInTask {
    private static let told = Mutex<Set<String>>([])

    static func warn() {
        guard let context = TaskContext.current else { return }
        guard told.withLock({ $0.insert(context.task).inserted }) else { return }
        context.logger.warning(
            "a task waits for the result of another and keeps its place in the worker meanwhile; a chain or a chord does not"
        )
    }
}
