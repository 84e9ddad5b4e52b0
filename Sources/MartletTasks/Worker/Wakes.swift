import Synchronization

/// Wakes those who wait for a store to change, in the order they came.
///
/// A version number closes the gap between looking and waiting.
package final class Wakes: Sendable {
    private struct State {
        var version = 0
        var nextID = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
        /// How many wait or are about to; who was woken does not count, even if it has not come to run yet.
        var waiting = 0
        var onWait: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Makes one nobody waits for.
    package init() {}

    /// The version before looking; given to ``wait(since:)`` afterwards.
    package var version: Int { state.withLock(\.version) }

    /// Whether anybody waits, or is about to.
    package var isWaitedFor: Bool { state.withLock { $0.waiting > 0 } }

    /// Sets what is called when somebody is about to wait.
    package func onWait(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.onWait = action } }

    /// Wakes everybody.
    package func notify() {
        let waiters = state.withLock { state in
            state.version += 1
            state.waiting -= state.waiters.count
            defer { state.waiters = [:] }
            return state.waiters.inOrder
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until something has changed since `version` or the Swift task is cancelled.
    package func wait(since version: Int) async {
        let (id, onWait) = state.withLock { state in
            state.nextID += 1
            state.waiting += 1
            return (state.nextID, state.onWait)
        }
        onWait?()
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isStale = state.withLock { state in
                    if state.version != version || state.cancelled.remove(id) != nil {
                        state.waiting -= 1
                        return true
                    }
                    state.waiters[id] = continuation
                    return false
                }
                if isStale { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if let waiter = state.waiters.removeValue(forKey: id) {
                    state.waiting -= 1
                    return Optional(waiter)
                }
                state.cancelled.insert(id)
                return nil
            }
            waiter?.resume()
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }
}
