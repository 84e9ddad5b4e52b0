import Foundation
import Synchronization

/// What a worker holds: all that it has fetched and not finished, started or not, how to interrupt it, and until when
/// its leases hold.
final class HeldDeliveries: Sendable {
    /// An object, since it is changed several times for each delivery, and a change in place of a value in a dictionary
    /// takes it out and puts it back.
    fileprivate final class Entry {
        let interruption: Signal<Interruption>
        /// `nil` once the broker has been told the end: then there is no lease to renew or lose.
        var leasedUntil: Date?
        var isLost = false
        var message: TaskMessage?
        var startedAt: Date?

        init(interruption: Signal<Interruption>, leasedUntil: Date) {
            self.interruption = interruption
            self.leasedUntil = leasedUntil
        }
    }

    private let entries = Mutex<[Receipt: Entry]>([:])

    /// Takes in what was fetched.
    func insert(_ fetched: [Fetched], leasedUntil: Date) {
        entries.withLock { entries in
            for one in fetched {
                entries[one.received.receipt] = Entry(interruption: one.interruption, leasedUntil: leasedUntil)
            }
        }
    }

    /// Deliveries are over.
    func remove(_ receipts: [Receipt]) {
        entries.withLock { entries in
            for receipt in receipts { entries[receipt] = nil }
        }
    }

    /// It is known which task a delivery is of.
    func decoded(_ job: Job) { entries.withLock { $0[job.received.receipt]?.message = job.message } }

    /// Its run begins.
    func started(_ job: Job, at now: Date) { entries.withLock { $0[job.received.receipt]?.startedAt = now } }

    /// The broker has been told its end, which may be before the run is over.
    func settled(_ receipt: Receipt) { entries.withLock { $0[receipt]?.leasedUntil = nil } }

    /// How many there are.
    var count: Int { entries.withLock(\.count) }

    /// The deliveries.
    var receipts: [Receipt] { entries.withLock { Array($0.keys) } }

    /// What runs, the oldest run first.
    var running: [RunningTask] {
        let runs = entries.withLock { entries in
            entries.values.compactMap { entry in
                entry.startedAt.flatMap { date in entry.message.map { RunningTask(message: $0, startedAt: date) } }
            }
        }
        return runs.sorted { $0.startedAt < $1.startedAt }
    }
}

// MARK: - Leases

extension HeldDeliveries {
    /// What has a lease to renew.
    var leased: [Receipt] { entries.withLock { $0.inOrder.filter { $1.leasedUntil != nil && !$1.isLost }.map(\.key) } }

    /// Whether another worker may have a delivery by now.
    func isLost(_ receipt: Receipt) -> Bool { entries.withLock { $0[receipt]?.isLost ?? false } }

    /// The broker has renewed leases, but for those that are lost: their runs are cancelled.
    func renew(_ receipts: [Receipt], until date: Date, lost: [Receipt]) {
        entries.withLock { entries in
            for receipt in receipts where entries[receipt]?.leasedUntil != nil { entries[receipt]?.leasedUntil = date }
        }
        lose { receipt, _ in lost.contains(receipt) }
    }

    /// The broker cannot be asked: what it cannot but have given to others is lost.
    func loseExpired(at now: Date) { lose { $1 <= now } }

    private func lose(where isMeant: @Sendable (Receipt, _ leasedUntil: Date) -> Bool) {
        let lost = entries.withLock { entries in
            let lost = entries.inOrder.filter { receipt, entry in
                entry.leasedUntil.map { isMeant(receipt, $0) } ?? false
            }
            for (receipt, _) in lost { entries[receipt]?.isLost = true }
            return lost.map(\.value.interruption)
        }
        for interruption in lost { interruption.set(.leaseLost) }
    }
}

// MARK: - Interrupting

extension HeldDeliveries {
    /// Cancels all, since the worker stops; returns how many there are.
    func interruptAll() -> Int {
        let interruptions = entries.withLock { $0.inOrder.map(\.value.interruption) }
        for interruption in interruptions { interruption.set(.shutdown) }
        return interruptions.count
    }

    /// Cancels what the revocations mean, if they cancel what runs; returns the ids of the tasks.
    func interrupt(by revocations: [Revocation]) -> [String] {
        let terminating = revocations.filter(\.terminates)
        guard !terminating.isEmpty else { return [] }
        let meant = entries.withLock { entries in
            entries.inOrder.map(\.value).filter { entry in
                guard let headers = entry.message?.headers else { return false }
                return terminating.contains { $0.matches(id: headers.id, stamps: headers.stamps) }
            }
        }
        for entry in meant { entry.interruption.set(.revoked) }
        return meant.compactMap(\.message?.id)
    }
}

extension [Receipt: HeldDeliveries.Entry] {
    /// The entries in an order that does not depend on the process.
    fileprivate var inOrder: [(key: Receipt, value: HeldDeliveries.Entry)] {
        sorted { ($0.key.id, $0.key.token) < ($1.key.id, $1.key.token) }
    }
}
