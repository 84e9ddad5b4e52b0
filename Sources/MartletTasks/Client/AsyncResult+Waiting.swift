extension AsyncResult {
    /// Throws when a running task would wait for this result (Celery's `disable_sync_subtasks`).
    func refuseWaitingInTask() async throws {
        guard let context = TaskContext.current else { return }
        let stored = try await results.fetch(shape.taskIDs)
        guard let missing = shape.taskIDs.first(where: { stored[$0]?.state.isFinal != true }) else { return }
        throw TaskError.waiting(in: context, for: missing)
    }
}

extension TaskError {
    /// A running task would wait for another one.
    static func waiting(in context: TaskContext, for id: String) -> TaskError {
        TaskError(
            .waitsInTask,
            """
            task '\(context.task)' (\(context.id)) would wait for task \(id) and keep its place in the worker \
            meanwhile; when all places wait, nothing goes on. Let the rest of it follow in a chain or a chord, or wait at \
            your risk with disablesSyncSubtasks: false
            """)
    }
}
