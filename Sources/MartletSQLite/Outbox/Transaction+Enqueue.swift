public import Foundation
import GRDB
public import MartletORM
public import MartletTasks

extension MartletORM.Transaction {
    /// Enqueues a task in this transaction: it is sent if and only if the transaction is committed.
    ///
    /// The messages are written to the table of ``OutboxMigration``. A worker on the same file takes them from there;
    /// when the broker is another one, an ``OutboxRelay`` carries them over.
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
    ///   (`AsyncResult.isDuplicate`). With an ``OutboxRelay`` only the outbox is looked at.
    /// - Throws: `TaskError` when the signature cannot be sent, `ORMError` when it cannot be written; with a note that
    ///   the table is missing when ``OutboxMigration`` was not applied.
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
            var holders: [String: String] = [:]
            for message in messages { holders[message.id] = try await insert(message.wire, at: client.time.now) }
            return holders
        }
        if let path = try await databasePath() { onCommit { FileWatch.touch(database: path) } }
        return prepared.result.held(by: holders)
    }

    /// The file of the database, or `nil` if it has none.
    private func databasePath() async throws -> String? {
        let rows = try await rows(SQL(raw: "SELECT file FROM pragma_database_list WHERE name = 'main'"))
        guard case .text(let path)? = rows.first?["file"], !path.isEmpty else { return nil }
        return path
    }
}

// MARK: - Locks

extension MartletORM.Transaction {
    /// Adds a message, unless another one holds its lock; returns the id of that one.
    private func insert(_ message: WireMessage, at now: Date) async throws -> String? {
        let (insert, bindings) = MessageTable.insert(message, at: now)
        guard let lock = message.uniqueLock else {
            _ = try await rows(SQL(raw: insert, bindings: bindings))
            return nil
        }
        try await prepareForLocks()
        guard try await run("SELECT 1 FROM martlet_message WHERE id = ?", [message.id]).isEmpty else { return nil }
        let (take, taking) = UniqueLockTable.take(lock, for: message.id, at: now)
        guard try await !run(take, taking).isEmpty else { return try await holder(of: lock) }
        _ = try await rows(SQL(raw: insert, bindings: bindings))
        let (update, values) = MessageTable.setLock(lock, of: message.id)
        _ = try await run(update, values)
        return nil
    }

    private func holder(of lock: UniqueLock) async throws -> String? {
        let rows = try await run("SELECT message FROM martlet_unique_lock WHERE key = ?", [lock.key])
        guard case .text(let id)? = rows.first?["message"] else { return nil }
        return id
    }

    /// Adds what the table of ``OutboxMigration`` lacks for locks.
    private func prepareForLocks() async throws {
        for statement in UniqueLockTable.schema { _ = try await run(statement, []) }
        let columns = try await run("SELECT name FROM pragma_table_info('martlet_message')", [])
        let present = columns.compactMap { if case .text(let name)? = $0["name"] { name } else { nil } }
        for column in MessageTable.laterColumns where !present.contains(column.name) {
            _ = try await run(SchemaUpgrade.statement(adding: column, to: "martlet_message"), [])
        }
    }

    private func run(_ sql: String, _ arguments: [any DatabaseValueConvertible]) async throws -> [SQLRow] {
        try await rows(SQL(raw: sql, bindings: arguments.map { SQLValue($0.databaseValue) }))
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob([UInt8](data))
        }
    }
}
