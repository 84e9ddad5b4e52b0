import Foundation

extension TaskContext {
    /// How far an earlier run got, or this one; `nil` when none has told.
    ///
    /// - Throws: ``TaskError`` with code `decodingFailed` when what is kept has another type, as after a change of code.
    public func checkpoint<Cursor: Decodable>(as type: Cursor.Type = Cursor.self) throws -> Cursor? {
        guard let json = run.checkpoint else { return nil }
        do {
            return try json.decode(type)
        } catch let error as TaskError {
            throw TaskError(
                .decodingFailed, "task '\(task)' (\(id)): its checkpoint is not a \(type): \(error.message)",
                cause: error)
        }
    }

    /// Keeps how far the task is, so that it goes on from here when its worker stops or dies, and when it is retried.
    ///
    /// ```swift
    /// for page in (try context.checkpoint() ?? 1)...last {
    ///     try await copy(page)
    ///     try await context.checkpoint(page + 1)
    /// }
    /// ```
    ///
    /// Cheap enough for each step: the broker is told at most once every `interval`, when the run ends with an error, and
    /// when the worker stops. What was done since then is done again after a crash. When the worker stops it throws:
    /// let that error through, and the task is handed back and goes on at another worker, without using an attempt.
    ///
    /// - Parameters:
    ///   - cursor: From where it goes on.
    ///   - interval: How long the broker may not know, one second by default; zero tells it each time.
    /// - Throws: ``TaskError`` with code `unsupported` when the broker is no ``CheckpointingBroker``, `encodingFailed`;
    ///   `CancellationError` when the run is cancelled.
    public func checkpoint(_ cursor: some Encodable, every interval: Duration = .seconds(1)) async throws {
        let isDue = run.advance(to: try JSONValue.encoding(cursor), at: client.time.now, every: interval)
        guard let receipt = run.receipt else { return }
        let broker = try checkpointingBroker()
        if isDue || isStopping, let checkpoint = run.takeUnsaved(at: client.time.now) {
            let kept = message.headers.kept(checkpoint)
            guard try await broker.saveCheckpoint(kept, for: receipt) else { throw HandBack() }
        }
        if isStopping { throw HandBack() }
        try Task.checkCancellation()
    }

    /// Runs a task in steps, each of which can be the last before a deploy or a crash: it goes on from there.
    ///
    /// ```swift
    /// try await context.iterate(from: 0) { offset in
    ///     let rows = try await fetch(offset: offset, limit: 500)
    ///     try await send(rows)
    ///     return rows.isEmpty ? nil : offset + rows.count
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - start: Where the first run begins.
    ///   - interval: See ``checkpoint(_:every:)``.
    ///   - step: Does one step from its cursor, and returns the cursor of the next; `nil` ends.
    /// - Throws: What the step throws, and what ``checkpoint(_:every:)`` does.
    public func iterate<Cursor: Codable & Sendable>(
        from start: Cursor, every interval: Duration = .seconds(1), _ step: (Cursor) async throws -> Cursor?
    ) async throws {
        if run.receipt != nil { _ = try checkpointingBroker() }
        var cursor = try checkpoint(as: Cursor.self) ?? start
        while let next = try await step(cursor) {
            try await checkpoint(next, every: interval)
            cursor = next
        }
    }

    /// Does something for each element, and goes on with the next one after a deploy or a crash.
    ///
    /// The elements must be the same at each run: those of an argument, say. See ``iterate(from:every:_:)`` for all else.
    public func forEach<Element>(
        _ elements: [Element], every interval: Duration = .seconds(1), _ body: (Element) async throws -> Void
    ) async throws {
        try await iterate(from: 0, every: interval) { index in
            guard index < elements.count else { return nil }
            try await body(elements[index])
            return index + 1
        }
    }

    /// Tells the broker what it does not know yet.
    func saveCheckpoint() async throws {
        guard let receipt = run.receipt, let broker = client.broker as? any CheckpointingBroker,
            let checkpoint = run.takeUnsaved(at: client.time.now)
        else { return }
        _ = try await broker.saveCheckpoint(message.headers.kept(checkpoint), for: receipt)
    }

    private func checkpointingBroker() throws(TaskError) -> any CheckpointingBroker {
        if let broker = client.broker as? any CheckpointingBroker { return broker }
        throw TaskError(
            .unsupported,
            "task '\(task)' keeps checkpoints, which \(type(of: client.broker)) cannot; use another broker")
    }
}

// A message that another one takes the place of keeps its checkpoint at the broker, which is none of the new task's. So a
// task that has replaced another one marks its own.
extension TaskHeaders {
    /// A checkpoint of the task as the broker keeps it.
    func kept(_ checkpoint: JSONValue) -> JSONValue {
        replacedTaskNesting == 0
            ? checkpoint : ["replaced_task_nesting": .integer(replacedTaskNesting), "checkpoint": checkpoint]
    }

    /// The checkpoint of the task in what the broker keeps; `nil` when it is that of the task before.
    func checkpoint(in kept: JSONValue?) -> JSONValue? {
        guard replacedTaskNesting > 0 else { return kept }
        return kept?["replaced_task_nesting"] == .integer(replacedTaskNesting) ? kept?["checkpoint"] : nil
    }
}

/// Ends a run that is to go on at another worker.
struct HandBack: Error {}
