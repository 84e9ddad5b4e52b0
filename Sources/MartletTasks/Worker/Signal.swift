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
    }

    private let state = Mutex(State())

    /// The value, if it is set.
    var current: Value? { state.withLock(\.value) }

    /// Sets the value; only the first one counts.
    func set(_ value: Value) {
        let (waiters, patient) = state.withLock { state in
            guard state.value == nil else { return (state.waiters.inOrder, state.patient) }
            state.value = value
            defer { (state.waiters, state.patient) = ([:], []) }
            return (state.waiters.inOrder, state.patient)
        }
        for waiter in waiters { waiter.resume(returning: value) }
        for waiter in patient { waiter.resume(returning: value) }
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
