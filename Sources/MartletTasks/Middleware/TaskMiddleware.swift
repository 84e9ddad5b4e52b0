/// Code around all tasks of a client or a worker: what Celery's signals and a task's `before_start`, `on_success` and
/// `after_return` are for.
///
/// Each method has a default that does nothing, so a middleware writes those it needs. ``TaskClient/Options/middleware``
/// is for ``publish(_:next:)``, ``WorkerOptions/middleware`` for the other two; one value may be in both. The first one of
/// an array is the outermost: it begins first and ends last. See <doc:Telemetry>.
public protocol TaskMiddleware: Sendable {
    /// Called around the publishing of messages: of `enqueue`, of `tx.enqueue`, of what follows a task.
    ///
    /// `next` returns when the broker has the messages; in a transaction and for callbacks, the next step of a chain or the
    /// body of a chord, when they are part of what will be committed. A retry is the same message once more and is not
    /// published. Inside of a running task `TaskContext.current` is that one.
    ///
    /// What it throws reaches the caller of `enqueue`, and nothing is sent unless `next` was called before. When it refuses
    /// what follows a task, that task is a dead letter with the error.
    ///
    /// - Parameters:
    ///   - messages: What is to be sent; all of one call.
    ///   - next: Sends what it is given; headers and arguments may have been changed, ids and their order may not. It
    ///     throws what the broker has thrown.
    /// - Returns: What `next` has returned.
    func publish(
        _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
    ) async throws -> PublishedMessages

    /// Called around each run of a task, in the process where it runs and inside of its time limits.
    ///
    /// Its Swift task is that of the task, so it may set task locals, and `TaskContext.current` is there. What it throws is
    /// the task's error, as if the task had thrown it. If it does not call `next` the task does not run, and what it
    /// returns is the result.
    ///
    /// - Parameters:
    ///   - context: The task, its message and its logger.
    ///   - next: Runs the task and returns its result.
    /// - Returns: The result of the task.
    func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue

    /// Called in the worker's process after broker and result backend know how a delivery ended.
    ///
    /// It is not called when they could not be told, since the delivery comes again then. The place of the task in the
    /// pool is free when it has returned. What it throws is logged, and changes nothing.
    func ended(_ delivery: EndedDelivery) async throws
}

extension TaskMiddleware {
    /// Sends the messages as they are.
    public func publish(
        _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
    ) async throws -> PublishedMessages { try await next(messages) }

    /// Runs the task.
    public func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
        try await next()
    }

    /// Does nothing.
    public func ended(_ delivery: EndedDelivery) async throws {}
}

/// What became of the messages that a ``TaskMiddleware`` has handed on; only sending makes one.
public struct PublishedMessages: Sendable, Hashable {
    /// Who holds the lock of each unique task that was not sent, by the task's id.
    public let holders: [String: String]

    init(holders: [String: String]) { self.holders = holders }
}
