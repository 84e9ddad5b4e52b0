import Synchronization

/// A door that tasks wait before, and a test opens.
final class Gate: Sendable {
    private let arrivals = Mailbox<Void>()
    private let permits = Mailbox<Void>()

    /// Tells of its arrival and waits until the gate is opened for it.
    func pass() async {
        arrivals.put(())
        await permits.take()
    }

    /// Tells of its arrival and goes on.
    func arrive() { arrivals.put(()) }

    func waitForArrival() async { await arrivals.take() }
    func open() { permits.put(()) }
}

/// Values handed from one Swift task to another, in order.
final class Mailbox<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        var takers: [CheckedContinuation<Value, Never>] = []
    }

    private let state = Mutex(State())

    func put(_ value: Value) {
        let taker = state.withLock { state -> CheckedContinuation<Value, Never>? in
            guard state.takers.isEmpty else { return state.takers.removeFirst() }
            state.values.append(value)
            return nil
        }
        taker?.resume(returning: value)
    }

    func take() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                guard state.values.isEmpty else { return state.values.removeFirst() }
                state.takers.append(continuation)
                return nil
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}

/// Something that has happened, or has not yet.
final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock(\.self) }
    func raise() { state.withLock { $0 = true } }
}
