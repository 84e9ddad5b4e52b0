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

    var permits: [String: Set<String>] = [:]
    var parked: [String: MinimumHeap<Parked>] = [:]
    /// When the next start of a key may be.
    var next: [String: Date] = [:]
    /// The starts a message has reserved, by key.
    var reservations: [String: [String: Date]] = [:]

    mutating func forget(_ id: String) { reservations[id] = nil }

    /// The moment from which a message may start, or `nil` when that is now and its starts are used up.
    mutating func start(_ id: String, _ limits: [KeyedLimit], at now: Date) -> Date? {
        var reserved = reservations[id] ?? [:]
        let own = Set(reserved.keys)
        for limit in limits {
            guard case .rate(let rate) = limit.kind, !own.contains(limit.key) else { continue }
            let interval = rate.interval.inSeconds
            let latest = reservations.values.compactMap { $0[limit.key] }.max() ?? now
            // Never more than an interval after the last start: a clock that was put back would hold the key up.
            let moment = max(now, min(next[limit.key] ?? now, max(latest, now).addingTimeInterval(interval)))
            reserved[limit.key] = moment
            next[limit.key] = moment.addingTimeInterval(interval)
        }
        guard let last = reserved.values.max(), last > now else {
            reservations[id] = nil
            return nil
        }
        reservations[id] = reserved
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
            limits.permits[full]?.remove(id)
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
            limits.permits[key, default: []].insert(id)
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
        for (key, holders) in limits.permits where holders.contains(id) {
            limits.permits[key]?.remove(id)
            offer(key)
        }
    }

    /// Gives a permit to the first message that waits for the key, which may be received now.
    private mutating func offer(_ key: String) {
        while let parked = limits.parked[key]?.removeFirst() {
            guard entries[parked.id]?.place == .parked(key: key) else { continue }
            limits.permits[key, default: []].insert(parked.id)
            return move(parked.id, to: .ready)
        }
        if limits.permits[key]?.isEmpty == true { limits.permits[key] = nil }
    }
}
