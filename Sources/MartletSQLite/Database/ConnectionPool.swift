import MartletORM
import Synchronization

/// Lends connections, one to each caller, in the order in which they asked; a cancelled caller stops waiting.
final class ConnectionPool: Sendable {
    private struct State {
        var idle: [SQLiteConnection]
        var waiters: [(id: UInt64, continuation: CheckedContinuation<SQLiteConnection, any Error>)] = []
        var nextWaiter: UInt64 = 0
        var cancelled: Set<UInt64> = []
        var isClosed = false

        enum Take {
            case connection(SQLiteConnection)
            case wait
            case fail(any Error)
        }

        mutating func take(
            _ id: UInt64, _ continuation: CheckedContinuation<SQLiteConnection, any Error>
        ) -> Take {
            if isClosed { return .fail(ORMError.databaseClosed) }
            if cancelled.remove(id) != nil { return .fail(CancellationError()) }
            if let connection = idle.popLast() { return .connection(connection) }
            waiters.append((id, continuation))
            return .wait
        }

        enum Return {
            case kept
            case handedOn(CheckedContinuation<SQLiteConnection, any Error>)
            case closed
        }

        mutating func giveBack(_ connection: SQLiteConnection) -> Return {
            if isClosed { return .closed }
            if !waiters.isEmpty { return .handedOn(waiters.removeFirst().continuation) }
            idle.append(connection)
            return .kept
        }
    }

    private let state: Mutex<State>

    init(_ connections: [SQLiteConnection]) {
        state = Mutex(State(idle: connections))
    }

    func withConnection<Value>(_ body: (SQLiteConnection) async throws -> Value) async throws -> Value {
        let connection: SQLiteConnection
        if let idle = try takeIdle() { connection = idle } else { connection = try await take() }
        defer { giveBack(connection) }
        return try await body(connection)
    }

    /// Closes the idle connections; those on loan close when they come back, and nobody gets one any more.
    func close() async {
        let (idle, waiters) = state.withLock { state in
            state.isClosed = true
            defer { (state.idle, state.waiters) = ([], []) }
            return (state.idle, state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: ORMError.databaseClosed) }
        for connection in idle { connection.close() }
    }

    /// A connection without waiting; `nil` when there is none.
    func takeIdle() throws -> SQLiteConnection? {
        try Task.checkCancellation()
        return try state.withLock { state in
            if state.isClosed { throw ORMError.databaseClosed }
            return state.idle.popLast()
        }
    }

    /// A connection, in the order in which they were asked for.
    func take() async throws -> SQLiteConnection {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            defer { state.withLock { _ = $0.cancelled.remove(id) } }
            return try await withCheckedThrowingContinuation { continuation in
                switch state.withLock({ $0.take(id, continuation) }) {
                case .connection(let connection): continuation.resume(returning: connection)
                case .fail(let error): continuation.resume(throwing: error)
                case .wait: break
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    // Not waiting yet, or already served; in the first case `take` finds this mark.
                    state.cancelled.insert(id)
                    return nil as CheckedContinuation<SQLiteConnection, any Error>?
                }
                return state.waiters.remove(at: index).continuation
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Takes a connection back, which must be used no more.
    func giveBack(_ connection: SQLiteConnection) {
        switch state.withLock({ $0.giveBack(connection) }) {
        case .kept: return
        case .handedOn(let waiter): waiter.resume(returning: connection)
        case .closed: connection.close()
        }
    }
}

extension ORMError {
    fileprivate static var databaseClosed: ORMError {
        ORMError(.closed, "The database has been closed; open it again, or close it later.")
    }
}
