import Synchronization

/// A message the worker holds: it has been fetched and is not settled yet.
struct Fetched: Sendable {
    let received: ReceivedMessage
    let interruption: Signal<Interruption>
}

/// The places of a pool: how many there are, how many are busy, and what has been fetched ahead of them.
///
/// One consumer waits for room; whoever ends a task gives its place back or takes what waits for one. What the broker is
/// still being told of has no place, but counts as in hand: a worker never holds more than its places and its prefetch.
final class Slots: Sendable {
    private struct State {
        var size: Int
        var busy = 0
        let prefetch: Int
        var held: [Fetched] = []
        /// How many have left their places, while the broker is still being told of their ends.
        var reporting = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?

        var free: Int { max(0, size - busy) }
        var room: Int { isClosed ? 0 : max(0, free + prefetch - held.count - reporting) }
        /// Whether it is time to fetch: a place would stay free, or half of what is fetched ahead is used up.
        var wantsMore: Bool { room > 0 && (held.count < free || room >= prefetch - prefetch / 2) }
    }

    private let state: Mutex<State>

    init(_ count: Int, prefetch: Int = 0) { state = Mutex(State(size: count, prefetch: prefetch)) }

    /// How many places there are, and how many of them are busy.
    var use: (size: Int, busy: Int) { state.withLock { ($0.size, $0.busy) } }

    /// Whether it is time to fetch.
    var wantsMore: Bool { state.withLock(\.wantsMore) }

    /// What was fetched and waits for a place.
    var waiting: Set<Receipt> { state.withLock { Set($0.held.map(\.received.receipt)) } }

    /// Waits until it is time to fetch, and returns how many messages; 0 when closed.
    func waitForRoom() async -> Int {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isReady = state.withLock { state in
                    if state.wantsMore || state.isClosed { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            close()
        }
        return state.withLock(\.room)
    }

    /// Takes in what was fetched, and returns what is to be started: the first ones, as far as places are free.
    func take(_ fetched: [Fetched] = []) -> [Fetched] {
        state.withLock { state in
            state.held += fetched
            let ready = state.isClosed ? 0 : min(state.free, state.held.count)
            state.busy += ready
            defer { state.held.removeFirst(ready) }
            return Array(state.held.prefix(ready))
        }
    }

    /// Ends the use of a place; what is returned is started in it.
    ///
    /// - Parameter isReporting: Whether the message stays in hand until ``reported(_:)``.
    func next(isReporting: Bool = false) -> Fetched? {
        change { state in
            if isReporting { state.reporting += 1 }
            guard !state.isClosed, state.busy <= state.size, !state.held.isEmpty else {
                state.busy -= 1
                return nil
            }
            return state.held.removeFirst()
        }
    }

    /// The broker has been told of the ends of so many.
    func reported(_ count: Int) { change { $0.reporting -= count } }

    /// Makes places more or fewer; those in use are not taken away before they are free.
    func resize(to size: Int) { change { $0.size = size } }

    /// Wakes the consumer for the last time; nothing is started any more.
    func close() { change { $0.isClosed = true } }

    /// Gives up what was fetched and not started.
    func handBack() -> [Fetched] {
        state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
    }

    private func change<Value: Sendable>(_ body: (inout sending State) -> Value) -> Value {
        let (value, waiter) = state.withLock { state in
            let value = body(&state)
            guard state.wantsMore || state.isClosed else { return (value, nil as CheckedContinuation<Void, Never>?) }
            defer { state.waiter = nil }
            return (value, state.waiter)
        }
        waiter?.resume()
        return value
    }
}
