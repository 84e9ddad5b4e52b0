public import Foundation

/// Sends tasks and finds their results.
///
/// ```swift
/// let result = try await tasks.enqueue(BillingTasks.renderPDF(invoice: 7), countdown: .seconds(5))
/// let url = try await result.value(timeout: .seconds(30))
/// ```
public struct TaskClient: Sendable {
    /// Where tasks are sent.
    public let broker: any Broker
    /// Where results are found.
    public let results: any ResultBackend
    /// What is done when nothing else is said.
    public let options: Options
    /// The time it goes by.
    public let time: TimeSource
    /// What counts what it publishes, if somebody takes the metrics.
    let metrics: PublishMetrics?

    /// Makes a client; it opens nothing.
    public init(
        broker: any Broker, results: any ResultBackend, options: Options = Options(), time: TimeSource = .system
    ) {
        self.broker = broker
        self.results = results
        self.options = options
        self.time = time
        metrics = PublishMetrics(options.metrics)
    }

    /// Sends a signature; all messages that start it are published in one call.
    ///
    /// Options that are not here are set on the signature:
    /// `BillingTasks.renderPDF(invoice: 7).set(timeLimit: .seconds(5), shadow: "invoice 7")`.
    ///
    /// - Parameters:
    ///   - signature: What to run.
    ///   - countdown: How long to wait before it runs.
    ///   - eta: The moment before which it does not run; goes before `countdown`.
    ///   - expires: How long after now it is not to run any more.
    ///   - queue: Another queue than the task's own.
    ///   - priority: Another priority than the task's own.
    ///   - headers: Further headers, for all tasks of the signature.
    ///   - taskID: The id of the task whose result this is: of a chain the last one, of a chord its body; of a group, the
    ///     id of the group. Sending one id twice runs it once, as long as the first is queued or its success is stored.
    /// - Returns: Its result; of a unique task that is there already, the result of that one
    ///   (``AsyncResult/isDuplicate``).
    /// - Throws: ``TaskError`` with code `invalidArgument`, `encodingFailed`, `messageTooLarge`, `unsupported`,
    ///   `brokerFailed` or `timedOut`. After the last two the messages may or may not be there; sending again with the
    ///   same `taskID` is safe.
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
        let holders = try await publish(prepared.messages)
        return prepared.result.held(by: holders)
    }

    /// Sends many signatures in one call to the broker, all or none; their results are in the same order.
    ///
    /// Unlike a group they have nothing to do with each other.
    @discardableResult
    public func enqueue<Output>(
        _ signatures: [Signature<Output>],
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        queue: String? = nil,
        priority: TaskPriority? = nil,
        headers: [String: JSONValue] = [:]
    ) async throws -> [AsyncResult<Output>] {
        let prepared = try signatures.map {
            try prepare(
                $0, countdown: countdown, eta: eta, expires: expires, queue: queue, priority: priority,
                headers: headers)
        }
        let holders = try await publish(prepared.flatMap(\.messages))
        return prepared.map { $0.result.held(by: holders) }
    }

    /// Sends a task by its name, for tasks whose code is elsewhere; see
    /// ``Signature/set(queue:priority:countdown:eta:expires:expiresAt:timeLimit:softTimeLimit:ignoresResult:shadow:replyTo:addsToParent:serializer:compression:headers:)``
    /// for the options.
    @discardableResult
    public func send(
        _ task: String,
        arguments: [JSONValue] = [],
        keywords: [String: JSONValue] = [:],
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        expiresAt: Date? = nil,
        queue: String? = nil,
        priority: TaskPriority? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        ignoresResult: Bool? = nil,
        shadow: String? = nil,
        replyTo: String? = nil,
        serializer: SerializerName? = nil,
        compression: CompressionName? = nil,
        stamps: [String: JSONValue] = [:],
        headers: [String: JSONValue] = [:],
        taskID: String? = nil
    ) async throws -> AsyncResult<JSONValue> {
        let call = TaskCall(task: task, arguments: arguments, keywords: keywords)
        let signature = Signature(canvas: .task(call)) { $0 }
            .set(
                expiresAt: expiresAt, timeLimit: timeLimit, softTimeLimit: softTimeLimit, ignoresResult: ignoresResult,
                shadow: shadow, replyTo: replyTo, serializer: serializer, compression: compression
            )
            .stamp(stamps)
        return try await enqueue(
            signature, countdown: countdown, eta: eta, expires: expires, queue: queue, priority: priority,
            headers: headers, taskID: taskID)
    }

    /// All messages a signature publishes; nothing else is needed to start it.
    public func messages<Output>(for signature: Signature<Output>) throws -> [TaskMessage] {
        try prepare(signature).messages
    }

    private func publish(_ messages: [TaskMessage]) async throws -> [String: String] {
        try await publishing(messages) { try await send($0) }
    }

    private func send(_ messages: [TaskMessage]) async throws -> [String: String] {
        let wires = try encoded(messages)
        if options.tracksQueued {
            try await results.store(
                messages.map { message in
                    var result = TaskResult(message: message, state: .pending, value: .null)
                    result.queue = message.queue
                    return result
                })
        }
        return try await Publisher(broker: broker, options: options, time: time).publish(messages, as: wires)
    }
}

// MARK: - Results

extension TaskClient {
    /// The result of a task that was sent elsewhere or earlier.
    public func result<Output: Decodable & Sendable>(
        of taskID: String, as type: Output.Type = Output.self
    ) -> AsyncResult<Output> {
        AsyncResult(shape: .task(taskID), client: self) { try $0.decode(Output.self) }
    }

    /// The results of tasks that were sent elsewhere or earlier, as one: its value is the list of theirs.
    public func result<Output: Decodable & Sendable>(
        of taskIDs: [String], as type: Output.Type = Output.self
    ) -> AsyncResult<[Output]> {
        AsyncResult(shape: .group(taskIDs.joined(separator: ","), taskIDs.map(ResultShape.task)), client: self) {
            try $0.decode([Output].self)
        }
    }
}
