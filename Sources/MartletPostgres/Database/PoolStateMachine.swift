/// Decides who gets which connection; ``ConnectionPool`` does what it says.
///
/// Connections are lent to whoever has waited longest, the one given back last first: it is the warmest. One is opened
/// only for somebody who waits.
struct PoolStateMachine<Connection: Identifiable, Waiter> {
    /// What to do for somebody who asks.
    enum Lease {
        /// Lend this one, which has been idle since then.
        case lend(Connection, idleSince: ContinuousClock.Instant)
        /// Let it wait, and open a connection.
        case open
        /// Let it wait.
        case wait
        /// Tell that it was cancelled before it asked.
        case cancelled
        /// Tell that the pool is closed.
        case closed
    }

    /// What to do with a connection that is free.
    enum Placement {
        case lend(to: Waiter)
        case keep
        case close
        /// It is gone; open another one for somebody who waits.
        case replace
    }

    private let maximum: Int
    private var idle: [(connection: Connection, since: ContinuousClock.Instant)] = []
    private var waiters: [(number: UInt64, waiter: Waiter)] = []
    private var cancelled: Set<UInt64> = []
    private(set) var leased = 0
    private(set) var opening = 0
    private(set) var isClosed = false

    init(maximum: Int) {
        self.maximum = maximum
    }

    var idleCount: Int { idle.count }
    var waiting: Int { waiters.count }

    /// An idle connection for somebody who would not wait yet.
    mutating func leaseIdle() -> (connection: Connection, since: ContinuousClock.Instant)? {
        guard !isClosed, let last = idle.popLast() else { return nil }
        leased += 1
        return last
    }

    /// Somebody asks for a connection, and would wait for it.
    mutating func lease(_ number: UInt64, _ waiter: Waiter) -> Lease {
        if isClosed { return .closed }
        if cancelled.remove(number) != nil { return .cancelled }
        if let last = leaseIdle() { return .lend(last.connection, idleSince: last.since) }
        waiters.append((number, waiter))
        return opensAnother() ? .open : .wait
    }

    /// Somebody no longer wants one; returned when it waits, else remembered until it asks.
    mutating func cancel(_ number: UInt64) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else {
            cancelled.insert(number)
            return nil
        }
        return waiters.remove(at: index).waiter
    }

    /// Forgets that somebody was cancelled, who was served before.
    mutating func forget(_ number: UInt64) {
        cancelled.remove(number)
    }

    /// A connection was opened.
    mutating func opened(_ connection: Connection, at now: ContinuousClock.Instant) -> Placement {
        opening -= 1
        return place(connection, now)
    }

    /// A connection could not be opened: who is to be told, if no connection in use can serve it later.
    mutating func openFailed() -> Waiter? {
        opening -= 1
        guard leased == 0, !waiters.isEmpty else { return nil }
        return waiters.removeFirst().waiter
    }

    /// A connection comes back from its borrower.
    mutating func giveBack(
        _ connection: Connection, isUsable: Bool, at now: ContinuousClock.Instant
    ) -> Placement {
        leased -= 1
        if isUsable { return place(connection, now) }
        return !isClosed && opensAnother() ? .replace : .close
    }

    /// A connection was lost; whoever has borrowed it gives it back as unusable.
    mutating func lost(_ id: Connection.ID) {
        idle.removeAll { $0.connection.id == id }
    }

    /// Nobody gets a connection any more: who is to be told, and what is to be closed now.
    mutating func close() -> (waiters: [Waiter], connections: [Connection]) {
        isClosed = true
        defer { (waiters, idle) = ([], []) }
        return (waiters.map(\.waiter), idle.map(\.connection))
    }

    private mutating func place(_ connection: Connection, _ now: ContinuousClock.Instant) -> Placement {
        if isClosed { return .close }
        if waiters.isEmpty {
            idle.append((connection, now))
            return .keep
        }
        leased += 1
        return .lend(to: waiters.removeFirst().waiter)
    }

    private mutating func opensAnother() -> Bool {
        guard opening < waiters.count, leased + idle.count + opening < maximum else { return false }
        opening += 1
        return true
    }
}
