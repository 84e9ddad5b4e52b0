import GRDB
import MartletORM
import Synchronization

/// One connection to a file; its work runs on a queue of its own, and a cancelled task interrupts only its own statement.
final class SQLiteConnection: Sendable {
    /// Which piece of work runs now and which were cancelled before they ran; while it is locked, an interruption
    /// cannot hit the next piece.
    private struct State {
        var running: UInt64?
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

    private init(_ queue: DatabaseQueue) {
        self.queue = queue
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
        return SQLiteConnection(queue)
    }

    static func reader(path: String) throws -> SQLiteConnection {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "martlet.reader"
        return SQLiteConnection(try open(path, configuration))
    }

    private static func open(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        var configuration = configuration
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            RegexFunction.add(to: database)
            SpreadFunction.add(to: database)
            BitFunction.add(to: database)
            ReverseFunction.add(to: database)
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
            state.withLock { if $0.cancel(number) { queue.interrupt() } }
        }
    }

    /// Ends a transaction that is open, so that the connection is clean for whoever comes next.
    func rollBack() async {
        try? await perform(isInterruptible: false) { database in
            if database.isInsideTransaction { try database.execute(sql: "ROLLBACK") }
        }
    }

    private func submit<Value: Sendable>(
        _ number: UInt64?, _ work: @escaping @Sendable (GRDB.Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [self] database in
                guard state.withLock({ $0.begin(number) }) else {
                    return continuation.resume(throwing: CancellationError())
                }
                let result = Result { try work(database) }
                state.withLock { $0.running = nil }
                continuation.resume(with: result)
            }
        }
    }
}
