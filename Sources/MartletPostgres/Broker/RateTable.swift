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
            for start in starts { try await use(tx, start, at: present) }
            try await tx.change("DELETE FROM martlet_reservation WHERE sequence = ?", [.integer(sequence)])
            return nil
        }
        try await tx.change(
            """
            INSERT INTO martlet_reservation (sequence, key, starts_at) VALUES (?, ?, ?)
            ON CONFLICT (sequence, key) DO UPDATE SET starts_at = excluded.starts_at
            """,
            each: new.map { [.integer(sequence), .text($0.key), .integer($0.moment)] })
        return Date(timeIntervalSince1970: Double(last) / 1_000_000)
    }

    /// The start of a message: the one it has reserved, or the next one that is free.
    ///
    /// A message that comes later than its start was reserved for, as after a crash, finds that another one may have
    /// started just now; then it takes a start behind all others, so that there are never two within an interval.
    private static func start(
        _ tx: some QueryExecutor, _ key: String, _ rate: RateLimit, for sequence: Int64, at now: Int64
    ) async throws -> Start {
        let interval = Int64(rate.interval.inSeconds * 1_000_000)
        let known = try await tx.all(
            """
            SELECT (SELECT starts_at FROM martlet_reservation WHERE sequence = $1 AND key = $2),
                (SELECT next_at FROM martlet_rate WHERE key = $2),
                (SELECT max(starts_at) FROM martlet_reservation WHERE key = $2),
                (SELECT started_at FROM martlet_rate WHERE key = $2)
            """, [.integer(sequence), .text(key)]
        ) { row in
            let (reserved, next) = (try row.next(as: Int64?.self), try row.next(as: Int64?.self))
            return (reserved, next, try row.next(as: Int64?.self), try row.next(as: Int64?.self))
        }
        let (reserved, next, latest, started) = known.first ?? (nil, nil, nil, nil)
        let earliest = started.map { $0 > now ? now : max(now, $0 + interval) } ?? now
        if let reserved, reserved > now || earliest == now {
            return Start(key: key, interval: interval, moment: reserved, isReserved: true)
        }
        // Never more than an interval after the last start: a clock that was put back would hold the key up otherwise.
        let free = min(next ?? now, max(latest ?? now, now) + interval)
        return Start(key: key, interval: interval, moment: max(earliest, free), isReserved: false)
    }

    private static func move(_ tx: some QueryExecutor, _ start: Start) async throws {
        try await tx.change(
            """
            INSERT INTO martlet_rate (key, next_at) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at
            """, [.text(start.key), .integer(start.moment + start.interval)])
    }

    /// Notes that a start is used now; the key is kept for an interval at least.
    private static func use(_ tx: some QueryExecutor, _ start: Start, at now: Int64) async throws {
        try await tx.change(
            """
            INSERT INTO martlet_rate (key, next_at, started_at) VALUES (?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET
                next_at = greatest(martlet_rate.next_at, excluded.next_at), started_at = excluded.started_at
            """, [.text(start.key), .integer(now + start.interval), .integer(now)])
    }

    static func cleanUp(_ tx: some QueryExecutor, at now: Date) async throws {
        try await tx.change("DELETE FROM martlet_rate WHERE next_at <= ?", [.moment(now)])
    }
}
