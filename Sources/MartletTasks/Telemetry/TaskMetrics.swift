import Metrics
import Synchronization

/// The metrics of one task in one queue of a worker.
final class TaskMetrics: Sendable {
    private struct Counters {
        var outcomes: [DeliveryOutcome: Counter] = [:]
        var deadLetters: [DeadLetter.Reason: Counter] = [:]
    }

    private let factory: any MetricsFactory
    private let labels: [(String, String)]
    private let wait: Timer
    private let run: Timer
    private let inFlight: Meter
    private let counters = Mutex(Counters())

    init(task: String, queue: String, factory: any MetricsFactory) {
        self.factory = factory
        labels = [("task", task), ("queue", queue)]
        wait = Timer(label: "martlet_task_wait_duration", dimensions: labels, factory: factory)
        run = Timer(label: "martlet_task_run_duration", dimensions: labels, factory: factory)
        inFlight = Meter(label: "martlet_task_in_flight", dimensions: labels, factory: factory)
    }

    /// A run begins, so long after it could have begun.
    func begin(after wait: Duration?) {
        inFlight.increment()
        if let wait { self.wait.recordNanoseconds(wait.inNanoseconds) }
    }

    /// A run has left its place in the pool.
    func leave() { inFlight.decrement() }

    /// A delivery has ended.
    func end(_ outcome: DeliveryOutcome, _ deadLetter: DeadLetter.Reason?, runTime: Duration?) {
        if let runTime { run.recordNanoseconds(runTime.inNanoseconds) }
        let (ended, died) = counters.withLock { counters in
            (counter(outcome, in: &counters), deadLetter.map { counter($0, in: &counters) })
        }
        ended.increment()
        died?.increment()
    }

    private func counter(_ outcome: DeliveryOutcome, in counters: inout Counters) -> Counter {
        if let counter = counters.outcomes[outcome] { return counter }
        let counter = Counter(
            label: "martlet_task_ended", dimensions: labels + [("outcome", outcome.rawValue)], factory: factory)
        counters.outcomes[outcome] = counter
        return counter
    }

    private func counter(_ reason: DeadLetter.Reason, in counters: inout Counters) -> Counter {
        if let counter = counters.deadLetters[reason] { return counter }
        let counter = Counter(
            label: "martlet_task_dead_letters", dimensions: labels + [("reason", reason.rawValue)], factory: factory)
        counters.deadLetters[reason] = counter
        return counter
    }
}

extension Duration {
    /// The duration in nanoseconds, for metrics; what is less than zero is zero.
    fileprivate var inNanoseconds: Int64 { Int64(max(0, min(inSeconds, 9e9)) * 1e9) }
}
