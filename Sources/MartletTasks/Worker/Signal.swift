import Synchronization

/// A value that is set once and waited for; who waits is woken by the value, in the order of coming, or by
/// cancellation.
final class Signal<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var nextID = 0
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
        var cancelled: Set<Int> = []
        var patient: [CheckedContinuation<Value, Never>] = []
        var actions: [@Sendable (Value) -> Void] = []
    }

    private let state = Mutex(State())

    /// The value, if it is set.
    // A key path would be made anew by each call, since the type is generic.
    var current: Value? { state.withLock { $0.value } }

    /// Sets the value; only the first one counts.
    func set(_ value: Value) {
        let before = state.withLock { state -> State? in
            guard state.value == nil else { return nil }
            defer {
                state = State()
                state.value = value
            }
            return state
        }
        guard let before else { return }
        for waiter in before.waiters.inOrder { waiter.resume(returning: value) }
        for waiter in before.patient { waiter.resume(returning: value) }
        for action in before.actions { action(value) }
    }

    /// Calls `action` once with the value, when it is set or at once.
    func onSet(_ action: @escaping @Sendable (Value) -> Void) {
        let value = state.withLock { state -> Value? in
            if state.value == nil { state.actions.append(action) }
            return state.value
        }
        if let value { action(value) }
    }

    /// Waits for the value, even when the Swift task is cancelled.
    func value() async -> Value {
        await withCheckedContinuation { (continuation: CheckedContinuation<Value, Never>) in
            let value = state.withLock { state -> Value? in
                if state.value == nil { state.patient.append(continuation) }
                return state.value
            }
            if let value { continuation.resume(returning: value) }
        }
    }

    /// Waits for the value; `nil` when the Swift task is cancelled first.
    func wait() async -> Value? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state -> Value?? in
                    if let value = state.value { return .some(value) }
                    if state.cancelled.remove(id) != nil { return .some(nil) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if let waiter = state.waiters.removeValue(forKey: id) { return Optional(waiter) }
                if state.value == nil { state.cancelled.insert(id) }
                return nil
            }
            waiter?.resume(returning: nil)
        }
    }
}
