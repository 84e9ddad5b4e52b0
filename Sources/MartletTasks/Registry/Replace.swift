/// What ``TaskContext/replace(with:)`` throws to end the run of a task; a task that catches every error lets it through.
public struct Replace: Error, Sendable {
    /// What runs in the place of the task; its last task has the task's id.
    public let canvas: Canvas
}

extension TaskContext {
    /// How often the task has been replaced by another one before it came to this (header `replaced_task_nesting`).
    public var replacedTaskNesting: Int { message.headers.replacedTaskNesting }

    /// Ends the task and lets another signature run in its place, whose value becomes the task's (Celery's `replace`).
    ///
    /// ```swift
    /// @Task func report(year: Int, context: TaskContext) async throws -> URL {
    ///     let months = try await open(year)
    ///     return try context.replace(with: chord(months.map { ReportTasks.page(month: $0) }, ReportTasks.bind()))
    /// }
    /// ```
    ///
    /// What runs in its place has the task's id, so whoever waits for the task gets that value; a chain or chord gives
    /// the id to its last task, a group to the one that collects its results. Group, chord, root, parent and stamps are the
    /// task's too, and what was to follow it, on success or failure, follows the signature. Queue, priority and all other
    /// options are the signature's own. The task itself stores no result.
    ///
    /// Nothing is lost or run twice when the worker dies on the way: the message is exchanged for the new ones in one step.
    /// A lock of a unique task is held on until what takes its place has ended if that is one task, and else given back;
    /// a signature of a unique task takes no lock of its own here.
    ///
    /// - Returns: Never; the type is for the compiler, which checks that the value is one the task may return.
    /// - Throws: ``Replace``, always; ``TaskError`` with the codes of
    ///   ``TaskClient/prepare(_:countdown:eta:expires:queue:priority:headers:taskID:)`` when it cannot be sent.
    public func replace<Output>(with signature: Signature<Output>) throws -> Output {
        throw Replace(canvas: try client.replacement(of: message, with: signature))
    }
}
