import Synchronization

extension Worker {
    /// The ids of the tasks it is at.
    package var runningIDs: [String] { running.withLock { $0.keys.map(\.id) } }
}
