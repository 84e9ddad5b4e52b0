public import Foundation
public import MartletORM
public import MartletTasks

extension Transaction {
    /// Enqueues a task in this transaction: it is sent if and only if the transaction is committed.
    ///
    /// The messages go straight into the tables of a ``PostgresBroker`` on the same database, whose workers are woken by
    /// the commit. ``PostgresBroker/migration`` makes the tables.
    ///
    /// ```swift
    /// try await database.transaction { tx in
    ///     try await invoice.save(on: tx)
    ///     try await tx.enqueue(BillingTasks.renderPDF(invoice: invoice.id))
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - signature: What to run.
    ///   - client: Whose results the returned value is read from, and whose default queue is used; by default that of
    ///     the running task. Outside of a task and without a client, ask for the result with
    ///     `client.result(of: result.id)`.
    ///   - countdown: How long to wait before it runs.
    ///   - eta: The moment before which it does not run; goes before `countdown`.
    ///   - expires: How long after now it is not to run any more.
    ///   - queue: Another queue than the task's own.
    ///   - priority: Another priority than the task's own.
    ///   - headers: Further headers, for all tasks of the signature.
    ///   - taskID: The id of the task whose result this is.
    /// - Returns: Its result; of a unique task that is there already, the result of that one
    ///   (`AsyncResult.isDuplicate`).
    /// - Throws: `TaskError` when the signature cannot be sent, with code `misconfigured` when the tables are missing;
    ///   `ORMError` when it cannot be written.
    @discardableResult
    public func enqueue<Output>(
        _ signature: Signature<Output>,
        client: TaskClient? = nil,
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        queue: String? = nil,
        priority: TaskPriority? = nil,
        headers: [String: JSONValue] = [:],
        taskID: String? = nil
    ) async throws -> AsyncResult<Output> {
        let client = client ?? TaskContext.current?.client ?? .unbound
        let prepared = try client.prepare(
            signature, countdown: countdown, eta: eta, expires: expires, queue: queue, priority: priority,
            headers: headers, taskID: taskID)
        let holders = try await client.publishing(prepared.messages) { messages in
            try await insert(messages.map(\.wire), at: client.time.now)
        }
        return prepared.result.held(by: holders)
    }

    /// Adds messages; the server tells of them when it commits.
    private func insert(_ messages: [WireMessage], at now: Date) async throws -> [String: String] {
        do {
            let refused = try await MessageTable.publish(self, messages, at: now)
            // Nobody is the sender, so that this process is told too.
            _ = try await all(
                "SELECT pg_notify('\(ListeningSession.channel)', '\(TaskNews.messages.rawValue) 0')"
            ) { _ in true }
            return refused
        } catch let error as ORMError where (error.cause as? PostgresError)?.sqlState == "42P01" {
            throw TaskError(
                .misconfigured,
                """
                the tables of tasks are not in this database (\(error.message)); \
                add PostgresBroker.migration to the application's migrations
                """, cause: error)
        }
    }
}
