import Foundation
import MartletTasks

/// The messages of a memory broker and what happens to them: a value without clock or waiting.
struct MemoryQueue {
    /// Where a message is.
    enum Place: Equatable {
        case ready
        case delayed(until: Date)
        case leased(token: String, until: Date)
        case parked(key: String)
    }

    struct Entry {
        var message: WireMessage
        let sequence: Int
        let publishedAt: Date
        var attempt = 0
        var place = Place.ready
        var checkpoint: JSONValue?
        /// Changes whenever `place` does, so that what the heaps say about an earlier place is not believed.
        var version = 0
    }

    /// A ready message, the most urgent and then the oldest first.
    private struct Turn: Comparable {
        let urgency: Int
        let sequence: Int
        let id: String
        let version: Int
        static func < (left: Turn, right: Turn) -> Bool {
            (left.urgency, left.sequence) < (right.urgency, right.sequence)
        }
    }

    /// When a delayed or leased message becomes ready.
    private struct Due: Comparable {
        let moment: Date
        let sequence: Int
        let id: String
        let version: Int
        static func < (left: Due, right: Due) -> Bool { (left.moment, left.sequence) < (right.moment, right.sequence) }
    }

    private(set) var entries: [String: Entry] = [:]
    private var turns: [String: MinimumHeap<Turn>] = [:]
    private var dues = MinimumHeap<Due>()
    private var sequence = 0
    var deadLetters = MemoryDeadLetters()
    var limits = MemoryLimits()
    var locks: [String: (message: String, lock: UniqueLock)] = [:]
    var paused: Set<String> = [] {
        didSet { news += 1 }
    }
    var revocations = MemoryRevocations()
    var report = WorkerReport()
    /// Grows when something happens that a receiver waits for: a message is ready, or will be earlier than any other.
    private(set) var news = 0

    // MARK: Places

    /// Moves a message to a place; ready messages get their turn, others the moment they become ready.
    mutating func move(_ id: String, to place: Place, _ change: (inout Entry) -> Void = { _ in }) {
        guard var entry = entries[id] else { return }
        let version = entry.version + 1
        entry.version = version
        entry.place = place
        change(&entry)
        entries[id] = entry
        switch place {
        case .ready:
            let turn = Turn(urgency: -entry.message.priority, sequence: entry.sequence, id: id, version: version)
            turns[entry.message.queue, default: MinimumHeap()].insert(turn)
            news += 1
        case .delayed(let moment), .leased(_, let moment):
            if dues.first.map({ moment < $0.moment }) ?? true { news += 1 }
            dues.insert(Due(moment: moment, sequence: entry.sequence, id: id, version: version))
        case .parked: break
        }
    }

    /// Moves a message to where its eta says.
    private mutating func place(_ id: String, at now: Date, _ change: (inout Entry) -> Void = { _ in }) {
        guard var entry = entries[id] else { return }
        change(&entry)
        entries[id] = entry
        let eta = entry.message.eta ?? .distantPast
        move(id, to: eta > now ? .delayed(until: eta) : .ready)
    }

    /// Makes ready what has become due.
    mutating func promote(at now: Date) {
        while let due = dues.first, due.moment <= now || entries[due.id]?.version != due.version {
            _ = dues.removeFirst()
            guard entries[due.id]?.version == due.version else { continue }
            move(due.id, to: .ready)
            releasePermits(of: due.id)
        }
    }

    /// The next moment at which a message may become ready by itself.
    mutating func nextWake() -> Date? {
        while let due = dues.first, entries[due.id]?.version != due.version { _ = dues.removeFirst() }
        return dues.first?.moment
    }

    /// The entry of a delivery whose lease is held.
    func held(_ receipt: Receipt) -> Entry? {
        guard let entry = entries[receipt.id], case .leased(receipt.token, _) = entry.place else { return nil }
        return entry
    }

    mutating func update(_ id: String, _ change: (inout Entry) -> Void) {
        guard var entry = entries[id] else { return }
        change(&entry)
        entries[id] = entry
    }

    // MARK: Publishing and receiving

    /// Adds messages, and returns who holds the locks of those that were refused.
    @discardableResult
    mutating func publish(_ messages: [WireMessage], at now: Date) -> [String: String] {
        var refused: [String: String] = [:]
        for message in messages where entries[message.id] == nil {
            if let holder = takeLock(of: message, at: now) {
                refused[message.id] = holder
                continue
            }
            sequence += 1
            entries[message.id] = Entry(message: message, sequence: sequence, publishedAt: now)
            place(message.id, at: now)
        }
        return refused
    }

    mutating func receive(from queues: [String], limit: Int, lease: Duration, at now: Date) -> [ReceivedMessage] {
        promote(at: now)
        let open = queues.filter { !paused.contains($0) }
        var received: [ReceivedMessage] = []
        while received.count < limit, let id = next(in: open) {
            sequence += 1
            let receipt = Receipt(id: id, token: "\(sequence)")
            move(id, to: .leased(token: receipt.token, until: now.addingTimeInterval(lease.inSeconds))) {
                $0.attempt += 1
            }
            guard let entry = entries[id] else { continue }
            if entry.message.uniqueLock?.release == .started { releaseLock(of: entry.message) }
            received.append(
                ReceivedMessage(
                    message: entry.message, attempt: entry.attempt, receipt: receipt, checkpoint: entry.checkpoint,
                    publishedAt: entry.publishedAt))
        }
        return received
    }

    /// Takes the first turn in some queues.
    private mutating func next(in queues: [String]) -> String? {
        var best: (turn: Turn, queue: String)?
        for queue in queues {
            while let turn = turns[queue]?.first, entries[turn.id]?.version != turn.version {
                _ = turns[queue]?.removeFirst()
            }
            guard let turn = turns[queue]?.first, best.map({ turn < $0.turn }) ?? true else { continue }
            best = (turn, queue)
        }
        guard let best else { return nil }
        return turns[best.queue]?.removeFirst()?.id
    }

    // MARK: Settling

    mutating func settle(_ settlements: [Settlement], at now: Date) {
        for settlement in settlements {
            guard let entry = held(settlement.receipt) else { continue }
            settle(entry, settlement.disposition, at: now)
        }
    }

    private mutating func settle(_ entry: Entry, _ disposition: Settlement.Disposition, at now: Date) {
        let id = entry.message.id
        switch disposition {
        case .acknowledge: remove(id)
        case .requeue: move(id, to: .ready) { $0.attempt = max(0, $0.attempt - 1) }
        case .redeliver: move(id, to: .ready)
        case .defer(let moment): move(id, to: .delayed(until: moment)) { $0.attempt = max(0, $0.attempt - 1) }
        case .replace(let message):
            place(id, at: now) {
                $0.message = message
                $0.message.uniqueLock = entry.message.uniqueLock
                $0.attempt = 0
            }
        case .handOver(let messages):
            remove(id)
            publish(messages, at: now)
        case .deadLetter(let reason, let error):
            remove(id)
            deadLetters.add(
                DeadLetter(
                    message: entry.message, reason: reason, error: error, attempts: max(1, entry.attempt), diedAt: now))
        }
        releasePermits(of: id)
    }

    /// Drops a message that has ended, and frees its lock.
    mutating func remove(_ id: String) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        limits.forget(id)
        if entry.message.uniqueLock?.release != .expired { releaseLock(of: entry.message) }
    }

    mutating func extendLease(of receipts: [Receipt], by lease: Duration, at now: Date) -> [Receipt] {
        receipts.filter { receipt in
            guard held(receipt) != nil else { return true }
            move(receipt.id, to: .leased(token: receipt.token, until: now.addingTimeInterval(lease.inSeconds)))
            return false
        }
    }

    // MARK: The whole queue

    mutating func depth(of queue: String, at now: Date) -> QueueDepth {
        promote(at: now)
        var depth = QueueDepth()
        for entry in entries.values where entry.message.queue == queue {
            switch entry.place {
            case .ready:
                depth.ready += 1
                depth.oldest = min(depth.oldest ?? entry.publishedAt, entry.publishedAt)
            case .delayed, .parked: depth.delayed += 1
            case .leased: depth.leased += 1
            }
        }
        return depth
    }

    mutating func purge(_ queue: String, at now: Date) -> Int {
        promote(at: now)
        let ids = entries.values.filter { entry in
            if case .leased = entry.place { return false }
            return entry.message.queue == queue
        }.map(\.message.id)
        for id in ids { remove(id) }
        for id in ids { releasePermits(of: id) }
        return ids.count
    }
}
