import Foundation
import MartletTasks

/// Who holds a permit of a key, who waits for one, and when starts are reserved.
struct MemoryLimits {
    /// A message that waits for a permit, the most urgent and then the oldest first.
    struct Parked: Comparable {
        let urgency: Int
        let sequence: Int
        let id: String
        static func < (left: Parked, right: Parked) -> Bool {
            (left.urgency, left.sequence) < (right.urgency, right.sequence)
        }
    }

    private(set) var permits: [String: Set<String>] = [:]
    /// The keys of which a message holds permits.
    private var keys: [String: Set<String>] = [:]
    var parked: [String: MinimumHeap<Parked>] = [:]
    /// When the next start of a key may be.
    private var next: [String: Date] = [:]
    /// When a key was last started.
    private var started: [String: Date] = [:]
    /// The starts a message has reserved, by key.
    private var reservations: [String: [String: Date]] = [:]
    /// The same by key and message.
    private var reserved: [String: [String: Date]] = [:]

    mutating func give(_ key: String, to id: String) {
        permits[key, default: []].insert(id)
        keys[id, default: []].insert(key)
    }

    mutating func take(_ key: String, from id: String) {
        permits[key]?.remove(id)
        if permits[key]?.isEmpty == true { permits[key] = nil }
        keys[id]?.remove(key)
        if keys[id]?.isEmpty == true { keys[id] = nil }
    }

    /// Takes all permits of a message; returns their keys.
    mutating func takeAll(from id: String) -> [String] {
        let freed = keys[id]?.sorted() ?? []
        for key in freed { take(key, from: id) }
        return freed
    }

    /// Drops the starts of a message.
    mutating func forget(_ id: String) {
        for key in reservations.removeValue(forKey: id)?.keys ?? [:].keys {
            reserved[key]?[id] = nil
            if reserved[key]?.isEmpty == true { reserved[key] = nil }
        }
    }

    /// The moment from which a message may start, or `nil` when that is now and its starts are used up.
    ///
    /// A message that comes later than its start was reserved for, as after a crash, finds that another one may have
    /// started just now; then it takes a start behind all others, so that there are never two within an interval.
    mutating func start(_ id: String, _ limits: [KeyedLimit], at now: Date) -> Date? {
        var own = reservations[id] ?? [:]
        for limit in limits {
            guard case .rate(let rate) = limit.kind else { continue }
            let interval = rate.interval.inSeconds
            let earliest = started[limit.key].map { $0 > now ? now : max(now, $0.addingTimeInterval(interval)) } ?? now
            if let moment = own[limit.key], moment > now || earliest == now { continue }
            let latest = reserved[limit.key]?.values.max() ?? now
            // Never more than an interval after the last start: a clock that was put back would hold the key up.
            let free = min(next[limit.key] ?? now, max(latest, now).addingTimeInterval(interval))
            own[limit.key] = max(earliest, free)
            next[limit.key] = max(earliest, free).addingTimeInterval(interval)
        }
        guard let last = own.values.max(), last > now else {
            for key in own.keys { started[key] = now }
            forget(id)
            return nil
        }
        reservations[id] = own
        for (key, moment) in own { reserved[key, default: [:]][id] = moment }
        return last
    }
}

extension MemoryQueue {
    /// Takes what a delivery needs under all limits, or takes the delivery back.
    ///
    /// Permits are looked at before starts are reserved, so that a message that waits for a permit takes no start.
    mutating func acquire(_ wanted: [KeyedLimit], for receipt: Receipt, at now: Date) -> LimitDecision {
        guard let entry = held(receipt) else { return .deferred(until: now) }
        let id = receipt.id
        let counts = wanted.compactMap { limit -> (key: String, count: Int)? in
            if case .concurrency(let count) = limit.kind { (limit.key, max(1, count)) } else { nil }
        }
        if let full = counts.first(where: { inHand($0.key, otherThan: id) >= $0.count })?.key {
            limits.take(full, from: id)
            move(id, to: .parked(key: full)) { $0.attempt = max(0, $0.attempt - 1) }
            limits.parked[full, default: MinimumHeap()].insert(
                .init(urgency: -entry.message.priority, sequence: entry.sequence, id: id))
            releasePermits(of: id)
            return .waiting(key: full)
        }
        if let start = limits.start(id, wanted, at: now) {
            move(id, to: .delayed(until: start)) { $0.attempt = max(0, $0.attempt - 1) }
            releasePermits(of: id)
            return .deferred(until: start)
        }
        for (key, count) in counts {
            limits.give(key, to: id)
            if limits.permits[key]?.count ?? 0 < count { offer(key) }
        }
        return .granted
    }

    /// How many other deliveries in hand have a permit; one that nobody has received yet does not count.
    private func inHand(_ key: String, otherThan id: String) -> Int {
        (limits.permits[key] ?? []).count { other in
            guard other != id, case .leased? = entries[other]?.place else { return false }
            return true
        }
    }

    /// Gives the permits of a message on.
    mutating func releasePermits(of id: String) {
        for key in limits.takeAll(from: id) { offer(key) }
    }

    /// Gives a permit to the first message that waits for the key, which may be received now.
    private mutating func offer(_ key: String) {
        while let parked = limits.parked[key]?.removeFirst() {
            guard entries[parked.id]?.place == .parked(key: key) else { continue }
            limits.give(key, to: parked.id)
            return move(parked.id, to: .ready)
        }
    }
}
