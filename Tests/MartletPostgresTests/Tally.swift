import Synchronization

/// Names and a flag that many tasks write at the same time.
final class Tally: Sendable {
    private let state = Mutex<(names: Set<String>, others: Int, isSet: Bool)>(([], 0, false))

    var names: Set<String> { state.withLock { $0.names } }
    var others: Int { state.withLock { $0.others } }
    var isSet: Bool { state.withLock { $0.isSet } }

    func add(_ name: String) {
        state.withLock { _ = $0.names.insert(name) }
    }

    /// Counts something that has no name; returns how many there are now.
    @discardableResult
    func count() -> Int {
        state.withLock { state in
            state.others += 1
            return state.others
        }
    }

    func set() {
        state.withLock { $0.isSet = true }
    }
}
