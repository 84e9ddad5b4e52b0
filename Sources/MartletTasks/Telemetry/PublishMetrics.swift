import Metrics
import Synchronization

/// Counts what a client publishes; see <doc:Telemetry> for names and labels.
final class PublishMetrics: Sendable {
    private struct Labels: Hashable {
        let task: String
        let queue: String
        let outcome: String
    }

    private let factory: any MetricsFactory
    private let counters = Mutex<[Labels: Counter]>([:])

    /// `nil` when nobody takes the metrics.
    init?(_ factory: (any MetricsFactory)?) {
        let factory = factory ?? MetricsSystem.factory
        if factory is NOOPMetricsHandler { return nil }
        self.factory = factory
    }

    /// Counts messages the broker has taken, and those it had already.
    func published(_ messages: [TaskMessage], holders: [String: String]) {
        count(messages) { holders[$0.id] == nil ? "published" : "duplicate" }
    }

    /// Counts messages that were refused, or that the broker did not take.
    func failed(_ messages: [TaskMessage]) { count(messages) { _ in "failed" } }

    private func count(_ messages: [TaskMessage], outcome: (TaskMessage) -> String) {
        for message in messages {
            counter(Labels(task: message.task, queue: message.queue, outcome: outcome(message))).increment()
        }
    }

    private func counter(_ labels: Labels) -> Counter {
        counters.withLock { counters in
            if let counter = counters[labels] { return counter }
            let counter = Counter(
                label: "martlet_task_published",
                dimensions: [("task", labels.task), ("queue", labels.queue), ("outcome", labels.outcome)],
                factory: factory)
            counters[labels] = counter
            return counter
        }
    }
}
