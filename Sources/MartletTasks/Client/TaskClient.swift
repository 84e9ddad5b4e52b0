public import Foundation

/// Sends tasks and finds their results.
///
/// ```swift
/// let result = try await tasks.enqueue(BillingTasks.renderPDF(invoice: 7), countdown: .seconds(5))
/// let url = try await result.value(timeout: .seconds(30))
/// ```
public struct TaskClient: Sendable {
    /// What a client does when nothing else is said.
    public struct Options: Sendable {
        /// The queue of tasks that name none.
        public var defaultQueue: String
        /// The largest message in bytes; a larger one is refused.
        public var messageSizeLimit: Int

        /// Makes options; by default the queue `celery` and 16 MiB.
        public init(defaultQueue: String = TaskProperties.defaultQueue, messageSizeLimit: Int = 16 << 20) {
            self.defaultQueue = defaultQueue
            self.messageSizeLimit = messageSizeLimit
        }
    }

    /// Where tasks are sent.
    public let broker: any Broker
    /// Where results are found.
    public let results: any ResultBackend
    /// What is done when nothing else is said.
    public let options: Options
    /// The time it goes by.
    public let time: TimeSource

    /// Makes a client; it opens nothing.
    public init(
        broker: any Broker, results: any ResultBackend, options: Options = Options(), time: TimeSource = .system
    ) {
        self.broker = broker
        self.results = results
        self.options = options
        self.time = time
    }

    /// Sends a signature; all messages that start it are published in one call.
    ///
    /// - Parameters:
    ///   - signature: What to run.
    ///   - countdown: How long to wait before it runs.
    ///   - eta: The moment before which it does not run; goes before `countdown`.
    ///   - expires: How long after now it is not to run any more.
    ///   - queue: Another queue than the task's own.
    ///   - priority: Another priority than the task's own.
    ///   - headers: Further headers, for all tasks of the signature.
    ///   - taskID: The id of the task whose result this is (of a group, of the group). Sending one id twice runs it
    ///     once, as long as the first is queued.
    /// - Throws: ``TaskError`` with code `encodingFailed`, `messageTooLarge` or `brokerFailed`.
    @discardableResult
    public func enqueue<Output>(
        _ signature: Signature<Output>,
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        queue: String? = nil,
        priority: TaskPriority? = nil,
        headers: [String: JSONValue] = [:],
        taskID: String? = nil
    ) async throws -> AsyncResult<Output> {
        let prepared = try prepare(
            signature, countdown: countdown, eta: eta, expires: expires, queue: queue, priority: priority,
            headers: headers, taskID: taskID)
        try await broker.publish(prepared.messages)
        return prepared.result
    }

    /// Sends a task by its name, for tasks whose code is elsewhere.
    @discardableResult
    public func send(
        _ task: String,
        arguments: [JSONValue] = [],
        keywords: [String: JSONValue] = [:],
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        queue: String? = nil,
        priority: TaskPriority? = nil,
        headers: [String: JSONValue] = [:],
        taskID: String? = nil
    ) async throws -> AsyncResult<JSONValue> {
        let call = TaskCall(task: task, arguments: arguments, keywords: keywords)
        return try await enqueue(
            Signature(canvas: .task(call)) { $0 }, countdown: countdown, eta: eta, expires: expires, queue: queue,
            priority: priority, headers: headers, taskID: taskID)
    }

    /// All messages a signature publishes; nothing else is needed to start it.
    public func messages<Output>(for signature: Signature<Output>) throws -> [TaskMessage] {
        try prepare(signature).messages
    }

    /// The result of a task that was sent elsewhere or earlier.
    public func result<Output: Decodable & Sendable>(
        of taskID: String, as type: Output.Type = Output.self
    ) -> AsyncResult<Output> {
        AsyncResult(shape: .task(taskID), results: results, time: time) { try $0.decode(Output.self) }
    }
}
