extension TaskClient {
    /// The messages no worker could deal with.
    public var deadLetters: DeadLetters { DeadLetters(broker: broker, content: options.content) }
}

/// The dead letters of a broker: to list, to send again as they are or changed, to discard.
///
/// ```swift
/// try await tasks.deadLetters.retry(matching: DeadLetterFilter(task: "billing.renderPDF", since: deploy))
/// try await tasks.deadLetters.retry(id, as: BillingTasks.renderPDF(invoice: 8))
/// ```
///
/// Each method throws ``TaskError`` with code `unsupported` when the broker keeps none.
public struct DeadLetters: Sendable {
    private let broker: any Broker
    private let content: ContentRegistry

    init(broker: any Broker, content: ContentRegistry) {
        self.broker = broker
        self.content = content
    }

    /// Those a filter lets through, the latest first.
    public func list(matching filter: DeadLetterFilter = .all, limit: Int = 100) async throws -> [DeadLetter] {
        try await store.deadLetters(matching: filter, limit: limit)
    }

    /// The one of a task, or `nil`.
    public func letter(_ id: String) async throws -> DeadLetter? { try await store.deadLetter(id) }

    /// Sends those again that a filter lets through, as new, and returns how many there were.
    @discardableResult
    public func retry(matching filter: DeadLetterFilter) async throws -> Int {
        try await store.retryDeadLetters(matching: filter)
    }

    /// Sends one again as new; returns whether it was there.
    @discardableResult
    public func retry(_ id: String) async throws -> Bool { try await store.retryDeadLetters([id]) == 1 }

    /// Sends one again with other arguments, checked by the compiler; returns whether it was there.
    ///
    /// Options, callbacks and the rest of its chain are those of the dead letter.
    ///
    /// - Throws: ``TaskError`` with code `invalidArgument` when the call is not of the same task.
    @discardableResult
    public func retry<Output>(_ id: String, as call: Signature<Output>) async throws -> Bool {
        if let problem = call.problem { throw problem }
        guard case .task(let call) = call.canvas else {
            throw TaskError(.invalidArgument, "a dead letter is one task; give one call, not a chain, group or chord")
        }
        return try await retry(id) { message throws(TaskError) in
            guard message.task == call.task else {
                throw TaskError(
                    .invalidArgument, "dead letter \(id) is of task '\(message.task)', not of '\(call.task)'")
            }
            message.arguments = call.arguments
            message.keywords = call.keywords
        }
    }

    /// Sends one again after a change of its message; returns whether it was there.
    ///
    /// It is sent in the form it had: its serializer and compressor must be in `TaskClient.Options.content`.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage` when it is no message of a task, or what `change` throws.
    @discardableResult
    public func retry(_ id: String, changing change: (inout TaskMessage) throws -> Void) async throws -> Bool {
        let store = try store
        guard let letter = try await store.deadLetter(id) else { return false }
        var message = try TaskMessage(wire: letter.renewed, content: content)
        try change(&message)
        message.headers.id = id
        message.headers.argumentsText = ArgumentsText.positional(message.arguments)
        message.headers.keywordsText = ArgumentsText.keywords(message.keywords)
        return try await store.retryDeadLetter(id, as: message.encoded(with: content))
    }

    /// Drops those a filter lets through, and returns how many there were.
    @discardableResult
    public func discard(matching filter: DeadLetterFilter) async throws -> Int {
        try await store.discardDeadLetters(matching: filter)
    }

    /// Drops one; returns whether it was there.
    @discardableResult
    public func discard(_ id: String) async throws -> Bool { try await store.discardDeadLetters([id]) == 1 }

    private var store: any DeadLetterBroker {
        get throws(TaskError) {
            guard let broker = broker as? any DeadLetterBroker else {
                throw TaskError.missing("dead letters", of: broker, "DeadLetterBroker")
            }
            return broker
        }
    }
}
