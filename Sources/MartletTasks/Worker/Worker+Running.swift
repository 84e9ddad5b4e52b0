import Synchronization

extension Worker {
    /// The ids of the tasks it is at.
    package var runningIDs: [String] { running.withLock { $0.keys.map(\.id) } }

    /// What it holds, in an order that does not depend on the process.
    var held: [(receipt: Receipt, interruption: Signal<Interruption>)] {
        let held = running.withLock { $0.map { (receipt: $0.key, interruption: $0.value) } }
        return held.sorted { ($0.receipt.id, $0.receipt.token) < ($1.receipt.id, $1.receipt.token) }
    }
}
