import Foundation
import GRDB
import MartletTasks

/// The tables of limits over all workers: who holds a permit of a key, who waits for one, and when starts are reserved.
///
/// A permit is a row for as long as its delivery lasts. Whoever frees one gives it to the first message that waits for
/// its key, which becomes ready with the permit in hand; so a message that ends without being run gives it on too.
/// A permit of a message that nobody has received yet does not count: what is in hand goes first.
enum LimitTable {
    static let schema = [
        """
        CREATE TABLE IF NOT EXISTS martlet_permit (
            key TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (key, sequence)) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS martlet_permit_sequence ON martlet_permit (sequence)",
        """
        CREATE TABLE IF NOT EXISTS martlet_parked (
            key TEXT NOT NULL, urgency INTEGER NOT NULL, sequence INTEGER NOT NULL,
            PRIMARY KEY (key, urgency, sequence)) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS martlet_parked_sequence ON martlet_parked (sequence)",
        "CREATE TABLE IF NOT EXISTS martlet_rate (key TEXT PRIMARY KEY, next_at INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS martlet_reservation (
            sequence INTEGER NOT NULL, key TEXT NOT NULL, starts_at INTEGER NOT NULL,
            PRIMARY KEY (sequence, key)) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS martlet_reservation_key ON martlet_reservation (key, starts_at)",
    ]

    /// Takes what a delivery needs under all limits, or takes the delivery back.
    ///
    /// Permits are looked at before starts are reserved, so that a message that waits for a permit takes no start.
    static func acquire(
        _ db: Database, _ limits: [KeyedLimit], for receipt: Receipt, at now: Date
    ) throws -> LimitDecision {
        guard let (sequence, token) = MessageTable.key(of: receipt),
            try MessageTable.markExtras(db, sequence, token)
        else { return .deferred(until: now) }
        let permits = limits.compactMap { limit -> (key: String, count: Int)? in
            if case .concurrency(let count) = limit.kind { (limit.key, max(1, count)) } else { nil }
        }
        if let full = try permits.first(where: { try others(db, $0.key, than: sequence) >= $0.count }) {
            try park(db, sequence, for: full.key)
            return .waiting(key: full.key)
        }
        if let start = try RateTable.start(db, limits, for: sequence, at: now) {
            try releasePermits(db, of: sequence)
            try takeBack(db, sequence, state: MessageState.delayed, until: micros(start))
            return .deferred(until: start)
        }
        for permit in permits { try take(db, permit.key, permit.count, for: sequence) }
        return .granted
    }

    /// How many other deliveries in hand have a permit of the key.
    private static func others(_ db: Database, _ key: String, than sequence: Int64) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT count(*) FROM martlet_permit JOIN martlet_message USING (sequence)
                    WHERE key = ? AND sequence <> ? AND state = 3
                    """), arguments: [key, sequence]) ?? 0
    }

    /// Takes a permit; where the limit was raised, one more of those that wait may come.
    private static func take(_ db: Database, _ key: String, _ count: Int, for sequence: Int64) throws {
        try db.execute(cached: "INSERT OR IGNORE INTO martlet_permit (key, sequence) VALUES (?, ?)", [key, sequence])
        let permits = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) FROM martlet_permit WHERE key = ?"), arguments: [key])
        if permits ?? 0 < count { try offer(db, key) }
    }

    /// Lets a message wait for the key; its permits of other keys are given on.
    private static func park(_ db: Database, _ sequence: Int64, for key: String) throws {
        // Not given on: the key is full, and whoever holds its permits gives one on in the end.
        try db.execute(cached: "DELETE FROM martlet_permit WHERE key = ? AND sequence = ?", [key, sequence])
        try releasePermits(db, of: sequence)
        try takeBack(db, sequence, state: MessageState.parked, until: 0)
        try db.execute(
            cached: """
                INSERT OR IGNORE INTO martlet_parked (key, urgency, sequence)
                SELECT ?, -priority, sequence FROM martlet_message WHERE sequence = ?
                """, [key, sequence])
    }

    private static func takeBack(_ db: Database, _ sequence: Int64, state: Int, until moment: Int64) throws {
        try db.execute(
            cached: """
                UPDATE martlet_message SET state = ?, available_at = ?, holder = NULL, attempt = max(attempt - 1, 0)
                WHERE sequence = ?
                """, [state, moment, sequence])
    }

    /// Gives the permits of a message on.
    static func releasePermits(_ db: Database, of sequence: Int64) throws {
        let keys = try String.fetchAll(
            db.cachedStatement(sql: "DELETE FROM martlet_permit WHERE sequence = ? RETURNING key"),
            arguments: [sequence])
        for key in keys { try offer(db, key) }
    }

    /// Gives a permit to the first message that waits for the key, which may be received now.
    private static func offer(_ db: Database, _ key: String) throws {
        let first = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT urgency, sequence FROM martlet_parked WHERE key = ? ORDER BY urgency, sequence LIMIT 1
                    """), arguments: [key])
        guard let first else { return }
        let sequence: Int64 = first[1]
        try db.execute(
            cached: "DELETE FROM martlet_parked WHERE key = ? AND urgency = ? AND sequence = ?",
            [key, first[0] as Int64, sequence])
        try db.execute(cached: "INSERT OR IGNORE INTO martlet_permit (key, sequence) VALUES (?, ?)", [key, sequence])
        try db.execute(cached: "UPDATE martlet_message SET state = 0 WHERE sequence = ? AND state = -1", [sequence])
    }

    /// Forgets that a message waits and what it has reserved.
    static func forget(_ db: Database, _ sequence: Int64) throws {
        try db.execute(cached: "DELETE FROM martlet_parked WHERE sequence = ?", [sequence])
        try db.execute(cached: "DELETE FROM martlet_reservation WHERE sequence = ?", [sequence])
    }
}
