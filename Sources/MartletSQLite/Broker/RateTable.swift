import Foundation
import GRDB
import MartletTasks

/// When the next start of each rate-limited key may be, and which starts are reserved; the tables are in ``LimitTable``.
///
/// It is the generic cell rate algorithm: a start moves the next one an interval on.
enum RateTable {
    /// A start of a message under one limit.
    private struct Start {
        let key: String
        let interval: Int64
        let moment: Int64
        let isReserved: Bool
    }

    /// What is known of a key.
    private struct Rate {
        /// When the next start may be that nobody has reserved.
        var next: Int64?
        /// When it was last started.
        var started: Int64?
    }

    static let laterColumns = [SchemaUpgrade.Column(name: "started_at", type: "INTEGER")]

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
            for start in starts { try use(db, start, at: micros(now)) }
            try db.execute(cached: "DELETE FROM martlet_reservation WHERE sequence = ?", [sequence])
            return nil
        }
        for start in starts where !start.isReserved {
            try db.execute(
                cached: """
                    INSERT INTO martlet_reservation (sequence, key, starts_at) VALUES (?, ?, ?)
                    ON CONFLICT (sequence, key) DO UPDATE SET starts_at = excluded.starts_at
                    """, [sequence, start.key, start.moment])
        }
        return date(last)
    }

    /// The start of a message: the one it has reserved, or the next one that is free.
    ///
    /// A message that comes later than its start was reserved for, as after a crash, finds that another one may have
    /// started just now; then it takes a start behind all others, so that there are never two within an interval.
    private static func start(
        _ db: Database, _ key: String, _ limit: RateLimit, for sequence: Int64, at now: Int64
    ) throws -> Start {
        let interval = Int64(limit.interval.inSeconds * 1_000_000)
        let rate = try rate(db, key)
        let earliest = rate.started.map { $0 > now ? now : max(now, $0 + interval) } ?? now
        let reserved = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT starts_at FROM martlet_reservation WHERE sequence = ? AND key = ?"),
            arguments: [sequence, key])
        if let reserved, reserved > now || earliest == now {
            return Start(key: key, interval: interval, moment: reserved, isReserved: true)
        }
        let latest = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(starts_at) FROM martlet_reservation WHERE key = ?"), arguments: [key])
        // Never more than an interval after the last start: a clock that was put back would hold the key up otherwise.
        let free = min(rate.next ?? now, max(latest ?? now, now) + interval)
        return Start(key: key, interval: interval, moment: max(earliest, free), isReserved: false)
    }

    private static func rate(_ db: Database, _ key: String) throws -> Rate {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT next_at, started_at FROM martlet_rate WHERE key = ?"), arguments: [key])
        return Rate(next: row?[0], started: row?[1])
    }

    private static func move(_ db: Database, _ start: Start) throws {
        try db.execute(
            cached: """
                INSERT INTO martlet_rate (key, next_at) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at
                """, [start.key, start.moment + start.interval])
    }

    /// Notes that a start is used now; the key is kept for an interval at least.
    private static func use(_ db: Database, _ start: Start, at now: Int64) throws {
        try db.execute(
            cached: """
                INSERT INTO martlet_rate (key, next_at, started_at) VALUES (?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET
                    next_at = max(next_at, excluded.next_at), started_at = excluded.started_at
                """, [start.key, now + start.interval, now])
    }

    static func cleanUp(_ db: Database, at now: Date) throws {
        try db.execute(cached: "DELETE FROM martlet_rate WHERE next_at <= ?", [micros(now)])
    }
}
