/// How a message came to the worker (Celery's `delivery_info`).
public struct DeliveryInfo: Sendable, Hashable {
    /// The queue it came from; Celery's `routing_key`.
    public var queue: String
    /// Its priority, from 0 to 9.
    public var priority: Int
    /// Whether an earlier delivery was not settled, as when its worker died.
    public var isRedelivered: Bool

    /// Makes an info.
    public init(queue: String, priority: Int, isRedelivered: Bool) {
        self.queue = queue
        self.priority = priority
        self.isRedelivered = isRedelivered
    }
}

extension TaskContext {
    /// The task that has sent this one, or that it follows.
    public var parentID: String? { message.headers.parentID }

    /// The results of the tasks that it has sent so far in this run, as ``AsyncResult/children()`` tells them afterwards.
    public var children: [AsyncResult<JSONValue>] { run.children.map { client.result(of: $0) } }

    /// How the message came to the worker.
    public var deliveryInfo: DeliveryInfo {
        DeliveryInfo(queue: message.queue, priority: message.properties.priority, isRedelivered: attempt > 1)
    }

    /// Whether it runs where it was enqueued, by ``TaskClient/eager(_:results:propagates:time:logger:)``.
    public var isEager: Bool { client.broker is EagerDelivery }
}
