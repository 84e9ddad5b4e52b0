public import Foundation
public import MartletORM
public import MartletTasks

extension Transaction {
    /// Enqueues a task in this transaction: it is sent if and only if the transaction is committed.
    ///
    /// The messages are written beside the data. Workers whose broker is the same database take them from there; to any
    /// other broker an outbox relay carries them.
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
    ///   (`AsyncResult.isDuplicate`). With a relay only the outbox is looked at.
    /// - Throws: `TaskError` when the signature cannot be sent, with code `misconfigured` when the database keeps no
    ///   messages; `ORMError` when it cannot be written.
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
            try await add(client.encoded(messages), at: client.time.now)
        }
        return prepared.result.held(by: holders)
    }

    private func add(_ messages: [WireMessage], at now: Date) async throws -> [String: String] {
        try await withSession(.transaction) { session in
            guard let session = session as? any OutboxSession else {
                throw TaskError(
                    .misconfigured,
                    """
                    a transaction of \(type(of: session)) cannot take tasks with it; enqueue them on the client when it \
                    is committed, in tx.onCommit
                    """)
            }
            return try await session.add(messages, in: self, at: now)
        }
    }
}
