import Foundation
import MartletTasks

/// The messages of a memory broker and what happens to them: a value without clock or waiting.
struct MemoryQueue {
    struct Entry {
        var message: WireMessage
        var sequence: Int
        var publishedAt: Date
        var attempt = 0
        var lease: (token: String, until: Date)?
        /// From when on it may be received again, if it was deferred.
        var availableAt: Date?

        var due: Date { availableAt ?? message.eta ?? .distantPast }
        func isReady(at now: Date) -> Bool { !isLeased(at: now) && due <= now }
        func isLeased(at now: Date) -> Bool { (lease?.until ?? .distantPast) > now }
    }

    private(set) var entries = MemoryEntries()
    private(set) var deadLetters: [DeadLetter] = []
    private var sequence = 0
    var report = WorkerReport()
    var version = 0
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var cancelledWaiters: Set<Int> = []

    mutating func publish(_ messages: [WireMessage], at now: Date) {
        for message in messages where entries[message.id] == nil {
            sequence += 1
            entries[message.id] = Entry(message: message, sequence: sequence, publishedAt: now)
        }
    }

    mutating func receive(from queues: [String], limit: Int, lease: Duration, at now: Date) -> [ReceivedMessage] {
        entries.ready(in: queues, limit: limit, at: now).map { entry in
            var entry = entry
            sequence += 1
            let token = "\(sequence)"
            entry.attempt += 1
            entry.lease = (token, now.addingTimeInterval(lease.inSeconds))
            entries[entry.message.id] = entry
            return ReceivedMessage(
                message: entry.message, attempt: entry.attempt, receipt: Receipt(id: entry.message.id, token: token))
        }
    }

    /// The next moment at which a message may become ready by itself.
    mutating func nextWake(in queues: [String]) -> Date? { entries.nextChange(in: queues) }

    mutating func settle(_ settlements: [Settlement], at now: Date) {
        for settlement in settlements {
            guard var entry = held(settlement.receipt) else { continue }
            switch settlement.disposition {
            case .acknowledge: entries[entry.message.id] = nil
            case .requeue:
                entry.lease = nil
                entry.attempt -= 1
                entries[entry.message.id] = entry
            case .redeliver:
                entry.lease = nil
                entries[entry.message.id] = entry
            case .defer(let moment):
                entry.lease = nil
                entry.attempt -= 1
                entry.availableAt = moment
                entries[entry.message.id] = entry
            case .replace(var message):
                // A message is known by the id it was published with, whatever its headers say.
                message.id = entry.message.id
                entry.availableAt = nil
                entry.message = message
                entry.lease = nil
                entry.attempt = 0
                entries[entry.message.id] = entry
            case .deadLetter(let reason, let error):
                entries[entry.message.id] = nil
                deadLetters.append(
                    DeadLetter(
                        message: entry.message, reason: reason, error: error, attempts: entry.attempt, diedAt: now))
            }
        }
    }

    mutating func extendLease(of receipts: [Receipt], by lease: Duration, at now: Date) -> [Receipt] {
        receipts.filter { receipt in
            guard var entry = held(receipt) else { return true }
            entry.lease = (receipt.token, now.addingTimeInterval(lease.inSeconds))
            entries[receipt.id] = entry
            return false
        }
    }

    private func held(_ receipt: Receipt) -> Entry? {
        guard let entry = entries[receipt.id], entry.lease?.token == receipt.token else { return nil }
        return entry
    }

    func depth(of queue: String, at now: Date) -> QueueDepth {
        var depth = QueueDepth()
        for entry in entries.values where entry.message.queue == queue {
            if entry.isLeased(at: now) {
                depth.leased += 1
            } else if entry.isReady(at: now) {
                depth.ready += 1
                depth.oldest = min(depth.oldest ?? entry.publishedAt, entry.publishedAt)
            } else {
                depth.delayed += 1
            }
        }
        return depth
    }

    mutating func purge(_ queue: String, at now: Date) -> Int {
        let ids = entries.values.filter { $0.message.queue == queue && !$0.isLeased(at: now) }.map(\.message.id)
        for id in ids { entries[id] = nil }
        return ids.count
    }

    mutating func takeDeadLetters(matching filter: DeadLetterFilter) -> [DeadLetter] {
        defer { deadLetters.removeAll(where: filter.matches) }
        return deadLetters.filter(filter.matches)
    }
}
