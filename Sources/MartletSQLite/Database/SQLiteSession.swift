import GRDB
import MartletORM
import Synchronization

/// A connection on loan: runs statements, waits while another process writes, and knows when its transaction is lost.
final class SQLiteSession: DatabaseSession {
    private enum State {
        /// In use; may become any of the others.
        case open
        /// The database rolled the transaction back by itself; becomes ended.
        case aborted
        /// Given back; final.
        case ended
    }

    let dialect = Dialect.sqlite
    /// So many rows are inserted by one statement: what it costs beside its rows no longer counts then.
    private static let bulkRows = 50

    private let connection: SQLiteConnection
    private let busyTimeout: Duration
    private let isTransaction: Bool
    private let state = Mutex(State.open)

    init(_ connection: SQLiteConnection, busyTimeout: Duration, isTransaction: Bool) {
        self.connection = connection
        self.busyTimeout = busyTimeout
        self.isTransaction = isTransaction
    }

    func run(_ statement: MartletORM.Statement, into sink: RowSink) async throws -> StatementCounts {
        try checkIntact()
        if !statement.ignoresCancellation,
            let counts = try inPlace(statement.text, { try Self.execute($0, statement.bindings, sink) })
        {
            return counts
        }
        return try await retryingWhileBusy(statement.text) { [connection] in
            try await connection.perform(isInterruptible: !statement.ignoresCancellation) { [self] database in
                defer { if isTransaction, !database.isInsideTransaction { abort() } }
                return try Self.execute(statement, sink, on: database)
            }
        }
    }

    /// Runs short work on this thread; `nil` when it is to be done on the connection's queue.
    private func inPlace<Value: Sendable>(
        _ text: String, _ work: (PreparedStatement) throws -> Value
    ) throws -> Value? {
        do {
            return try connection.performInPlace(text, work)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return nil
        } catch let error as DatabaseError {
            throw ORMError(error, statement: text)
        }
    }

    func stream<Row: Sendable>(
        _ statement: MartletORM.Statement, chunk: Int,
        decode: @escaping @Sendable (inout RowDecoder) throws -> Row, _ body: ([Row]) async throws -> Void
    ) async throws {
        let cursor = Cursor(statement, decode)
        do {
            while true {
                try checkIntact()
                let rows = try await retryingWhileBusy(statement.text) { [connection] in
                    try await connection.perform { try cursor.next(chunk, on: $0) }
                }
                if !rows.isEmpty { try await body(rows) }
                if rows.count < chunk { break }
            }
            try await connection.perform(isInterruptible: false) { _ in cursor.close() }
        } catch {
            try? await connection.perform(isInterruptible: false) { _ in cursor.close() }
            throw error
        }
    }

    /// Runs what begins or ends a transaction.
    func control(_ sql: String) async throws {
        if try inPlace(sql, { try $0.run([]) { _ in } }) != nil { return }
        try await retryingWhileBusy(sql) { [connection] in
            try await connection.perform { try $0.execute(cached: sql) }
        }
    }

    func end() {
        state.withLock { $0 = .ended }
    }

    private func abort() {
        state.withLock { if $0 == .open { $0 = .aborted } }
    }

    /// Throws when nothing may run here any more.
    func checkIntact() throws(ORMError) {
        switch state.withLock({ $0 }) {
        case .open: return
        case .aborted:
            throw ORMError(
                .transactionAborted,
                "The database has rolled this transaction back after an error; let the error leave the closure.")
        case .ended:
            throw ORMError(
                .transactionEnded,
                "This transaction is over: its closure has returned. Use it only inside, and await all work in it.")
        }
    }

    private static func execute(
        _ statement: MartletORM.Statement, _ sink: RowSink, on database: GRDB.Database
    ) throws -> StatementCounts {
        var counts = StatementCounts(rows: 0, changes: 0)
        sink.begin(0)
        var rest = statement.bindings[...]
        if let bulk = statement.bulk {
            let size = min(bulkRows, 32_766 / max(1, bulk.width))
            if size > 1, rest.count >= size {
                let prepared = try PreparedStatement(bulk.text(rows: size), on: database)
                while rest.count >= size {
                    try run(prepared, rest.prefix(size), sink, &counts)
                    rest = rest.dropFirst(size)
                }
            }
        }
        if rest.isEmpty { return counts }
        let prepared = try PreparedStatement(statement.text, on: database)
        for index in rest.indices { try run(prepared, rest[index...index], sink, &counts) }
        return counts
    }

    private static func execute(
        _ prepared: PreparedStatement, _ bindings: [[SQLValue]], _ sink: RowSink
    ) throws -> StatementCounts {
        var counts = StatementCounts(rows: 0, changes: 0)
        sink.begin(0)
        for index in bindings.indices { try run(prepared, bindings[index...index], sink, &counts) }
        return counts
    }

    private static func run(
        _ prepared: PreparedStatement, _ bindings: ArraySlice<[SQLValue]>, _ sink: RowSink,
        _ counts: inout StatementCounts
    ) throws {
        let before = prepared.totalChanges
        counts.rows += try prepared.decode(bindings, take: sink.take)
        // The total counts cascades too and the other count is stale after a statement that changes no rows.
        if prepared.totalChanges > before { counts.changes += prepared.changes }
    }

    /// Repeats work that found another process writing, after 1 to 8 ms, until the timeout; a busy statement has done
    /// nothing yet.
    private func retryingWhileBusy<Value>(_ text: String, _ work: () async throws -> Value) async throws -> Value {
        var deadline: ContinuousClock.Instant?
        while true {
            do {
                return try await work()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                let last = deadline ?? .now + busyTimeout
                deadline = last
                guard .now < last else { throw ORMError.busy(busyTimeout, cause: error) }
                try await Task.sleep(for: .microseconds(Int.random(in: 1_000...8_000)))
            } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
                throw CancellationError()
            } catch let error as DatabaseError {
                throw ORMError(error, statement: text)
            }
        }
    }
}
