import Synchronization

/// What a worker has at hand that a revocation may cancel.
final class RevocableJobs: Sendable {
    private struct Entry {
        var message: TaskMessage
        var interruption: Signal<Interruption>
    }

    private let entries = Mutex<[Receipt: Entry]>([:])

    func insert(_ job: Job, _ interruption: Signal<Interruption>) {
        entries.withLock { $0[job.received.receipt] = Entry(message: job.message, interruption: interruption) }
    }

    func remove(_ job: Job) { entries.withLock { $0[job.received.receipt] = nil } }

    /// Cancels what the revocations mean, if they cancel what runs; returns the ids of the tasks.
    func interrupt(by revocations: [Revocation]) -> [String] {
        let terminating = revocations.filter(\.terminates)
        guard !terminating.isEmpty else { return [] }
        let meant = entries.withLock { entries in
            entries.values.filter { entry in
                terminating.contains { $0.matches(id: entry.message.id, stamps: entry.message.headers.stamps) }
            }
        }.sorted { $0.message.id < $1.message.id }
        for entry in meant { entry.interruption.set(.revoked) }
        return meant.map(\.message.id)
    }
}
