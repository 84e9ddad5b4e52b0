import GRDB
import MartletORM
import Synchronization

/// One connection to a file; its work runs on a queue of its own, and a cancelled task interrupts only its own statement.
final class SQLiteConnection: Sendable {
    /// Which piece of work runs now and which were cancelled before they ran; while it is locked, an interruption
    /// cannot hit the next piece.
    private struct State {
        var running: UInt64?
        /// How much runs or waits for its turn on the queue.
        var submitted = 0
        var cancelled: Set<UInt64> = []
        var last: UInt64 = 0

        mutating func next() -> UInt64 {
            last += 1
            return last
        }

        /// Whether the work may begin.
        mutating func begin(_ number: UInt64?) -> Bool {
            if let number, cancelled.remove(number) != nil { return false }
            running = number
            return true
        }

        /// Whether the work runs, so that it must be interrupted; if it does not, it will not begin.
        mutating func cancel(_ number: UInt64) -> Bool {
            if running == number { return true }
            cancelled.insert(number)
            return false
        }
    }

    private let queue: DatabaseQueue
    private let state = Mutex(State())
    /// Whoever works with SQLite has it: on the queue, or without it on the thread of who asks.
    private let turn = Mutex(())
    private let statements = StatementCache()
    private let patience: Patience?
    /// Whether it works on the thread of who asks; not a writer, which waits for the disk.
    private let worksInPlace: Bool

    private init(_ queue: DatabaseQueue, worksInPlace: Bool) {
        self.queue = queue
        self.worksInPlace = worksInPlace
        patience = queue.inDatabase { $0.sqliteConnection.map(Patience.init) }
    }

    static func writer(path: String, synchronous: SQLiteOptions.Synchronous) throws -> SQLiteConnection {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.label = "martlet.writer"
        let queue = try open(path, configuration)
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = \(synchronous.rawValue)")
            // From here on a busy file is our own affair: SQLite's wait would starve one of two processes.
            try database.execute(sql: "PRAGMA busy_timeout = 0")
        }
        return SQLiteConnection(queue, worksInPlace: false)
    }

    static func reader(path: String) throws -> SQLiteConnection {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "martlet.reader"
        let queue = try open(path, configuration)
        try queue.inDatabase { database in
            // It must not wait on the thread of who asks; SQLiteSession waits.
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            // 16 MB of pages, in place of 2: what is not there is read from the file again with each statement.
            try database.execute(sql: "PRAGMA cache_size = -16000")
        }
        return SQLiteConnection(queue, worksInPlace: true)
    }

    private static func open(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        var configuration = configuration
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            RegexFunction.add(to: database)
            SpreadFunction.add(to: database)
            BitFunction.add(to: database)
            ReverseFunction.add(to: database)
            HashFunction.add(to: database)
        }
        configuration.busyMode = .timeout(5)
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError {
            var wrapped = ORMError(error, statement: "open \(path)")
            wrapped.message =
                "The file \(path) cannot be opened: \(error.message ?? "unknown error"). "
                + "Check that its folder exists and that it is a SQLite file this user may write."
            throw wrapped
        }
    }

    func close() {
        turn.withLock { _ in statements.clear() }
        try? queue.close()
    }

    /// Runs work on the connection's queue and returns its value.
    ///
    /// - Parameter isInterruptible: Whether a cancelled task stops it, with `CancellationError`.
    func perform<Value: Sendable>(
        isInterruptible: Bool = true, _ work: @escaping @Sendable (GRDB.Database) throws -> Value
    ) async throws -> Value {
        guard isInterruptible else { return try await submit(nil, work) }
        try Task.checkCancellation()
        let number = state.withLock { $0.next() }
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        return try await withTaskCancellationHandler {
            try await submit(number, work)
        } onCancel: {
            state.withLock { if $0.cancel(number) { stop() } }
        }
    }

    /// Runs a short reading statement on the thread of who asks, which is faster than to wake another one.
    ///
    /// It returns `nil` when the statement is not for that: the connection writes, is busy, or the work took longer than a
    /// thread of tasks should be held. Then it has been undone and is to be done by ``perform(isInterruptible:_:)``.
    func performInPlace<Value: Sendable>(
        _ text: String, _ work: (PreparedStatement) throws -> Value
    ) throws -> Value? {
        guard worksInPlace, let patience else { return nil }
        try Task.checkCancellation()
        var isPrepared = false
        let attempt = try turn.withLockIfAvailable { _ -> Value? in
            guard let prepared = statements.find(text) else { return nil }
            isPrepared = true
            return try patience.limited(20) { try work(prepared) }
        }
        guard attempt != nil, !isPrepared else { return attempt ?? nil }
        return try preparing(text, patience, work)
    }

    /// The same with a statement that is new: it is prepared on the queue, for which the thread waits.
    private func preparing<Value: Sendable>(
        _ text: String, _ patience: Patience, _ work: (PreparedStatement) throws -> Value
    ) throws -> Value? {
        let isFree = state.withLock { state in
            guard state.submitted == 0 else { return false }
            state.submitted = 1
            return true
        }
        guard isFree else { return nil }
        defer { state.withLock { $0.submitted -= 1 } }
        return try queue.inDatabase { database in
            try turn.withLock { _ in
                try patience.limited(20) { try work(statements.prepare(text, on: database)) }
            }
        }
    }

    /// Ends a transaction that is open, so that the connection is clean for whoever comes next.
    func rollBack() async {
        try? await perform(isInterruptible: false) { database in
            if database.isInsideTransaction { try database.execute(sql: "ROLLBACK") }
        }
    }

    private func begin(_ number: UInt64?) -> Bool {
        state.withLock { state in
            guard state.begin(number) else { return false }
            patience?.begin()
            return true
        }
    }

    private func stop() {
        patience?.stop()
        queue.interrupt()
    }

    private func submit<Value: Sendable>(
        _ number: UInt64?, _ work: @escaping @Sendable (GRDB.Database) throws -> Value
    ) async throws -> Value {
        state.withLock { $0.submitted += 1 }
        return try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [self] database in
                let result = turn.withLock { _ in run(number, work, database) }
                state.withLock { $0.submitted -= 1 }
                continuation.resume(with: result)
            }
        }
    }

    private func run<Value: Sendable>(
        _ number: UInt64?, _ work: (GRDB.Database) throws -> Value, _ database: GRDB.Database
    ) -> Result<Value, any Error> {
        guard begin(number) else { return .failure(CancellationError()) }
        defer { state.withLock { $0.running = nil } }
        return Result { try work(database) }
    }
}
