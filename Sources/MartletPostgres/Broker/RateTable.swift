import Foundation
import MartletORM
import MartletTasks

/// When the next start of each rate-limited key may be, and which starts are reserved; under the lock of ``LimitTable``.
///
/// It is the generic cell rate algorithm: a start moves the next one an interval on.
enum RateTable {
    private struct Start {
        let key: String
        let interval: Int64
        let moment: Int64
        let isReserved: Bool
    }

    /// The moment from which a message may start, or `nil` when that is now and its starts are used up.
    static func start(
        _ tx: some QueryExecutor, _ limits: [KeyedLimit], for sequence: Int64, at now: Date
    ) async throws -> Date? {
        let present = Int64(now.microseconds)
        var starts: [Start] = []
        for limit in limits {
            guard case .rate(let rate) = limit.kind else { continue }
            starts.append(try await start(tx, limit.key, rate, for: sequence, at: present))
        }
        guard let last = starts.map(\.moment).max() else { return nil }
        let new = starts.filter { !$0.isReserved }
        for start in new { try await move(tx, start) }
        if last <= present {
            try await tx.change("DELETE FROM martlet_reservation WHERE sequence = ?", [.integer(sequence)])
            return nil
        }
        try await tx.change(
            "INSERT INTO martlet_reservation (sequence, key, starts_at) VALUES (?, ?, ?)",
            each: new.map { [.integer(sequence), .text($0.key), .integer($0.moment)] })
        return Date(timeIntervalSince1970: Double(last) / 1_000_000)
    }

    private static func start(
        _ tx: some QueryExecutor, _ key: String, _ rate: RateLimit, for sequence: Int64, at now: Int64
    ) async throws -> Start {
        let interval = Int64(rate.interval.inSeconds * 1_000_000)
        let known = try await tx.all(
            """
            SELECT (SELECT starts_at FROM martlet_reservation WHERE sequence = $1 AND key = $2),
                (SELECT next_at FROM martlet_rate WHERE key = $2),
                (SELECT max(starts_at) FROM martlet_reservation WHERE key = $2)
            """, [.integer(sequence), .text(key)]
        ) { (try $0.next(as: Int64?.self), try $0.next(as: Int64?.self), try $0.next(as: Int64?.self)) }
        let (reserved, next, latest) = known.first ?? (nil, nil, nil)
        if let reserved { return Start(key: key, interval: interval, moment: reserved, isReserved: true) }
        // Never more than an interval after the last start: a clock that was put back would hold the key up otherwise.
        let moment = max(now, min(next ?? now, max(latest ?? now, now) + interval))
        return Start(key: key, interval: interval, moment: moment, isReserved: false)
    }

    private static func move(_ tx: some QueryExecutor, _ start: Start) async throws {
        try await tx.change(
            """
            INSERT INTO martlet_rate (key, next_at) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at
            """, [.text(start.key), .integer(start.moment + start.interval)])
    }

    static func cleanUp(_ tx: some QueryExecutor, at now: Date) async throws {
        try await tx.change("DELETE FROM martlet_rate WHERE next_at <= ?", [.moment(now)])
    }
}
