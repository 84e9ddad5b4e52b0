import Foundation
import GRDB
import MartletORM
import MartletStores
import MartletTasks

extension SQLiteSession: OutboxSession {
    /// Writes messages to the table of ``OutboxMigration``, where workers on the same file or an ``OutboxRelay`` find them.
    func add(
        _ messages: [WireMessage], in transaction: MartletORM.Transaction, at now: Date
    ) async throws -> [String: String] {
        var holders: [String: String] = [:]
        for message in messages { holders[message.id] = try await transaction.insert(message, at: now) }
        if let path = try await transaction.databasePath() {
            transaction.onCommit { FileWatch.touch(database: path) }
        }
        return holders
    }
}

extension MartletORM.Transaction {
    /// The file of the database, or `nil` if it has none.
    fileprivate func databasePath() async throws -> String? {
        let rows = try await rows(SQL(raw: "SELECT file FROM pragma_database_list WHERE name = 'main'"))
        guard case .text(let path)? = rows.first?["file"], !path.isEmpty else { return nil }
        return path
    }

    /// Adds a message, unless another one holds its lock; returns the id of that one.
    fileprivate func insert(_ message: WireMessage, at now: Date) async throws -> String? {
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
