import Metrics

/// The metrics of one queue.
struct QueueMetrics: Sendable {
    private let ready: Gauge
    private let delayed: Gauge
    private let leased: Gauge
    private let oldestAge: Gauge

    init(queue: String, factory: any MetricsFactory) {
        func depth(_ state: String) -> Gauge {
            Gauge(label: "martlet_queue_depth", dimensions: [("queue", queue), ("state", state)], factory: factory)
        }
        ready = depth("ready")
        delayed = depth("delayed")
        leased = depth("leased")
        oldestAge = Gauge(label: "martlet_queue_oldest_age_seconds", dimensions: [("queue", queue)], factory: factory)
    }

    /// Records how many messages there are, and for how many seconds the oldest one can have been received.
    func record(_ depth: QueueDepth, oldestAge: Double) {
        ready.record(depth.ready)
        delayed.record(depth.delayed)
        leased.record(depth.leased)
        self.oldestAge.record(max(0, oldestAge))
    }
}
