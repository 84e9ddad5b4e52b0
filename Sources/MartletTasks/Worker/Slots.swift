import Synchronization

/// The free places of a pool.
///
/// One consumer waits for them; whoever ends a task gives one back.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Waits until a place is free and returns how many are; 0 when closed.
    func waitForFree() async -> Int {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isReady = state.withLock { state in
                    if state.free > 0 || state.isClosed { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            close()
        }
        return state.withLock { $0.isClosed ? 0 : $0.free }
    }

    func take() { state.withLock { $0.free -= 1 } }

    func giveBack() { change { $0.free += 1 } }

    /// Wakes the consumer for the last time.
    func close() { change { $0.isClosed = true } }

    private func change(_ body: (inout sending State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
