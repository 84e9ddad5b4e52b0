import Metrics
import Synchronization

/// The metrics of a worker; see <doc:Telemetry> for names and labels.
///
/// Labels have only names of tasks that are registered and of queues that are served, so that messages cannot make more
/// and more of them.
final class WorkerMetrics: Sendable {
    private struct Labels: Hashable {
        let task: String
        let queue: String
    }

    private struct Handlers {
        var tasks: [Labels: TaskMetrics] = [:]
        var queues: [String: QueueMetrics] = [:]
    }

    private let factory: any MetricsFactory
    private let handlers = Mutex(Handlers())

    /// What stands for the name of a task that is not registered.
    static let unknownTask = "(unknown)"

    /// `nil` when nobody takes the metrics.
    init?(_ factory: (any MetricsFactory)?) {
        let factory = factory ?? MetricsSystem.factory
        if factory is NOOPMetricsHandler { return nil }
        self.factory = factory
    }

    /// The metrics of a registered task in a queue; `nil` stands for all others.
    func task(_ name: String?, in queue: String) -> TaskMetrics {
        let labels = Labels(task: name ?? Self.unknownTask, queue: queue)
        return handlers.withLock { handlers in
            if let task = handlers.tasks[labels] { return task }
            let task = TaskMetrics(task: labels.task, queue: queue, factory: factory)
            handlers.tasks[labels] = task
            return task
        }
    }

    /// The metrics of a queue.
    func queue(_ name: String) -> QueueMetrics {
        handlers.withLock { handlers in
            if let queue = handlers.queues[name] { return queue }
            let queue = QueueMetrics(queue: name, factory: factory)
            handlers.queues[name] = queue
            return queue
        }
    }
}
