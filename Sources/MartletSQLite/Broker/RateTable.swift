import Foundation
import GRDB
import MartletTasks

/// When the next start of each rate-limited key may be, and which starts are reserved; the tables are in ``LimitTable``.
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
        _ db: Database, _ limits: [KeyedLimit], for sequence: Int64, at now: Date
    ) throws -> Date? {
        let starts = try limits.compactMap { limit -> Start? in
            guard case .rate(let rate) = limit.kind else { return nil }
            return try start(db, limit.key, rate, for: sequence, at: micros(now))
        }
        guard let last = starts.map(\.moment).max() else { return nil }
        for start in starts where !start.isReserved { try move(db, start) }
        if last <= micros(now) {
            try db.execute(cached: "DELETE FROM martlet_reservation WHERE sequence = ?", [sequence])
            return nil
        }
        for start in starts where !start.isReserved {
            try db.execute(
                cached: "INSERT INTO martlet_reservation (sequence, key, starts_at) VALUES (?, ?, ?)",
                [sequence, start.key, start.moment])
        }
        return date(last)
    }

    private static func start(
        _ db: Database, _ key: String, _ rate: RateLimit, for sequence: Int64, at now: Int64
    ) throws -> Start {
        let interval = Int64(rate.interval.inSeconds * 1_000_000)
        let reserved = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT starts_at FROM martlet_reservation WHERE sequence = ? AND key = ?"),
            arguments: [sequence, key])
        if let reserved { return Start(key: key, interval: interval, moment: reserved, isReserved: true) }
        let next = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT next_at FROM martlet_rate WHERE key = ?"), arguments: [key])
        let latest = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(starts_at) FROM martlet_reservation WHERE key = ?"), arguments: [key])
        // Never more than an interval after the last start: a clock that was put back would hold the key up otherwise.
        let moment = max(now, min(next ?? now, max(latest ?? now, now) + interval))
        return Start(key: key, interval: interval, moment: moment, isReserved: false)
    }

    private static func move(_ db: Database, _ start: Start) throws {
        try db.execute(
            cached: """
                INSERT INTO martlet_rate (key, next_at) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at
                """, [start.key, start.moment + start.interval])
    }

    static func cleanUp(_ db: Database, at now: Date) throws {
        try db.execute(cached: "DELETE FROM martlet_rate WHERE next_at <= ?", [micros(now)])
    }
}
