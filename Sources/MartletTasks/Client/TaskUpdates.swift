/// The states of a task, or of the members of a group, as they come; ``AsyncResult/updates()`` makes it.
public struct TaskUpdates: AsyncSequence, Sendable {
    /// One state: what is stored of a task.
    public typealias Element = TaskResult

    let ids: [String]
    let results: any ResultBackend

    /// Begins with what is stored already.
    public func makeAsyncIterator() -> Iterator { Iterator(open: ids, results: results) }

    /// Waits for one state after the other.
    public struct Iterator: AsyncIteratorProtocol {
        /// The tasks that have not ended.
        private var open: [String]
        private var known: [String: TaskResult] = [:]
        /// What was found and not told yet, the next one last.
        private var found: [TaskResult] = []
        private let results: any ResultBackend

        fileprivate init(open: [String], results: any ResultBackend) {
            self.open = open
            self.results = results
        }

        /// The next state, or `nil` when all tasks have ended.
        ///
        /// - Throws: `CancellationError`, or what the result backend throws.
        public mutating func next() async throws -> TaskResult? {
            while found.isEmpty {
                guard !open.isEmpty else { return nil }
                let changes = try await results.changes(of: open, since: known)
                known.merge(changes) { $1 }
                found = open.reversed().compactMap { changes[$0] }
                open.removeAll { changes[$0]?.state.isFinal == true }
                for result in changes.values where result.state.isFinal { known[result.taskID] = nil }
            }
            return found.popLast()
        }
    }
}

extension AsyncResult {
    /// Follows the task, or all members of the group, until the end: each state with its progress, result or error.
    ///
    /// ```swift
    /// for try await update in result.updates() {
    ///     print(update.state, update.progress?.fraction ?? 0)
    /// }
    /// ```
    ///
    /// It begins with what is stored already, does not poll, and works from other processes too. Of states that follow each
    /// other faster than they are looked at only the last is told. A failure is a state, not an error.
    public func updates() -> TaskUpdates { TaskUpdates(ids: shape.taskIDs, results: results) }
}

extension TaskResult {
    /// How far the task was, if this is a state that tells it.
    public var progress: TaskProgress? { state.isFinal ? nil : TaskProgress(json: value) }
}
