public import Logging

/// What a running task knows about itself, and what it can tell others.
public struct TaskContext: Sendable {
    private final class Contents: Sendable {
        let message: TaskMessage
        let attempt: Int
        let logger: Logger
        let client: TaskClient
        let run: TaskRun

        init(_ message: TaskMessage, _ attempt: Int, _ logger: Logger, _ client: TaskClient, _ run: TaskRun) {
            (self.message, self.attempt, self.logger, self.client, self.run) = (message, attempt, logger, client, run)
        }
    }

    // Not copied, since a context is handed on and kept in task-local storage.
    private let contents: Contents

    /// The message the task was started by.
    public var message: TaskMessage { contents.message }
    /// Which start of this run it is, counted from 1; more than 1 after a crash of a worker.
    public var attempt: Int { contents.attempt }
    /// A logger that carries the task's name and the ids of task, root and request.
    ///
    /// It is made each time it is asked for, so that a task that logs nothing pays nothing; one that logs much keeps it.
    public var logger: Logger {
        var logger = contents.logger
        for (key, value) in message.headers.logMetadata { logger[metadataKey: key] = value }
        return logger
    }
    /// Sends further tasks; their parent is this one.
    public var client: TaskClient { contents.client }
    /// What becomes known of it while it runs.
    var run: TaskRun { contents.run }

    /// The context of the task that is running in this Swift task, if any.
    @TaskLocal public static var current: TaskContext?

    package init(message: TaskMessage, attempt: Int, logger: Logger, client: TaskClient) {
        self.init(message: message, attempt: attempt, logger: logger, client: client, run: TaskRun())
    }

    init(message: TaskMessage, attempt: Int, logger: Logger, client: TaskClient, run: TaskRun) {
        contents = Contents(message, attempt, logger, client, run)
    }

    /// The id of the task.
    public var id: String { message.id }
    /// The name of the task.
    public var task: String { message.task }
    /// How often the task has been retried.
    public var retries: Int { message.headers.retries }
    /// The first task of the workflow.
    public var rootID: String { message.headers.rootID ?? message.id }
    /// The request the task belongs to.
    public var requestID: String? { message.headers.requestID }
    /// Whether the worker has been asked to stop; a long task comes to an end then, or to a ``checkpoint(_:every:)``.
    public var isStopping: Bool { run.stopping.current != nil }

    /// Stores how far the task is, as state `PROGRESS`, for ``AsyncResult/progress()``.
    public func update(progress done: Int, of total: Int, message: String? = nil) async throws {
        try await update(state: .progress, meta: TaskProgress(done: done, total: total, message: message).json)
    }

    /// Stores a state of the task's own (Celery's `update_state`).
    public func update(state: TaskState, meta: JSONValue) async throws {
        guard !(message.headers.ignoresResult ?? run.ignoresResult) else { return }
        try await client.results.store([TaskResult(message: message, state: state, value: meta)])
    }

    /// The error to throw to be run again later.
    public func retry(after delay: Duration? = nil, maxRetries: Int? = nil, reason: String? = nil) -> Retry {
        Retry(after: delay, maxRetries: maxRetries, reason: reason)
    }
}
