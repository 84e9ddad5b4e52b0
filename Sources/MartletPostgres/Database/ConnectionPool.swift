import Dispatch
import MartletORM
import Synchronization

/// Opens, lends and replaces connections as a ``PoolStateMachine`` decides.
final class ConnectionPool: Sendable {
    private typealias Waiter = CheckedContinuation<PostgresConnection, any Error>

    private struct State {
        var machine: PoolStateMachine<PostgresConnection, Waiter>
        var lastNumber: UInt64 = 0
    }

    private let state: Mutex<State>
    private let options: PostgresOptions
    private let opener: ConnectionOpener

    init(_ opener: ConnectionOpener, _ options: PostgresOptions) {
        state = Mutex(State(machine: PoolStateMachine(maximum: options.maxConnections)))
        self.opener = opener
        self.options = options
    }

    /// Lends a connection that works to `body`, and takes it back however that ends.
    func withConnection<Value>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value {
        let connection = try await take()
        defer { giveBack(connection) }
        return try await body(connection)
    }

    /// Closes the idle connections; those on loan close when they come back, and nobody gets one any more.
    func close() {
        let (waiters, connections) = state.withLock { $0.machine.close() }
        for waiter in waiters { waiter.resume(throwing: ORMError.databaseClosed) }
        for connection in connections { connection.close() }
        opener.loop.stop()
    }

    /// Whether one connection is lent, and nobody waits for one.
    var isLentOnce: Bool { state.withLock { $0.machine.leased == 1 && $0.machine.waiting == 0 } }

    private func take() async throws -> PostgresConnection {
        while true {
            try Task.checkCancellation()
            guard let idle = try takeIdle() else { return try await waitInTime() }
            if await isAlive(idle.connection, since: idle.since) { return idle.connection }
            idle.connection.close()
            giveBack(idle.connection)
        }
    }

    /// Whether the server has not closed the connection, and answers if it was not asked for long.
    private func isAlive(_ connection: PostgresConnection, since: ContinuousClock.Instant) async -> Bool {
        let idle = since.duration(to: .now)
        // To ask costs more than it is worth for one that was used this moment.
        guard idle > .microseconds(100) else { return !connection.isLost }
        guard connection.isOpen() else { return false }
        guard idle > options.checkAfter else { return true }
        return await connection.answers(within: options.checkTimeout)
    }

    /// An idle connection without waiting; `nil` when there is none.
    private func takeIdle() throws -> (connection: PostgresConnection, since: ContinuousClock.Instant)? {
        try state.withLock { state in
            if state.machine.isClosed { throw ORMError.databaseClosed }
            return state.machine.leaseIdle()
        }
    }

    private func waitInTime() async throws -> PostgresConnection {
        try await withThrowingTaskGroup(of: PostgresConnection?.self) { group in
            group.addTask { try await self.wait() }
            group.addTask { [options] in
                try await Task.sleep(for: options.poolTimeout)
                return nil
            }
            // Both are heard out: the one that waits may be served in the moment in which the other one gives up.
            var problem: (any Error)?
            while let result = await group.nextResult() {
                group.cancelAll()
                switch result {
                case .success(let connection?): return connection
                case .success(nil): problem = problem ?? ORMError.noFreeConnection(options)
                case .failure(let error): problem = problem ?? error
                }
            }
            throw problem ?? CancellationError()
        }
    }

    private func wait() async throws -> PostgresConnection {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            defer { state.withLock { $0.machine.forget(number) } }
            return try await withCheckedThrowingContinuation { waiter in
                switch state.withLock({ $0.machine.lease(number, waiter) }) {
                case .lend(let connection, _): waiter.resume(returning: connection)
                case .open: open()
                case .wait: break
                case .cancelled: waiter.resume(throwing: CancellationError())
                case .closed: waiter.resume(throwing: ORMError.databaseClosed)
                }
            }
        } onCancel: {
            state.withLock { $0.machine.cancel(number) }?.resume(throwing: CancellationError())
        }
    }

    /// Opens a connection on a thread that may block: libpq looks names up and keeps `connect_timeout` only there.
    private func open() {
        DispatchQueue.global().async { [self] in
            do {
                let connection = try opener.open { [weak self] id in
                    self?.state.withLock { $0.machine.lost(id) }
                }
                place(connection, state.withLock { $0.machine.opened(connection, at: .now) })
            } catch {
                state.withLock { $0.machine.openFailed() }?.resume(throwing: error)
            }
        }
    }

    private func giveBack(_ connection: PostgresConnection) {
        let isUsable = connection.isClean
        place(connection, state.withLock { $0.machine.giveBack(connection, isUsable: isUsable, at: .now) })
    }

    private func place(
        _ connection: PostgresConnection, _ placement: PoolStateMachine<PostgresConnection, Waiter>.Placement
    ) {
        switch placement {
        case .lend(let waiter): waiter.resume(returning: connection)
        case .keep:
            // It may have been lost between its last answer and now.
            if connection.isLost { state.withLock { $0.machine.lost(connection.id) } }
        case .close: connection.close()
        case .replace:
            connection.close()
            open()
        }
    }
}

extension ORMError {
    static var databaseClosed: ORMError {
        ORMError(.closed, "The database has been closed; open it again, or close it later.")
    }

    fileprivate static func noFreeConnection(_ options: PostgresOptions) -> ORMError {
        ORMError(
            .busy,
            "No connection has become free for \(options.poolTimeout); all \(options.maxConnections) are in use. "
                + "Keep transactions short, run what is inside one on it (on: tx), or raise "
                + "PostgresOptions.maxConnections.")
    }
}
