import Foundation
import MartletORM
import MartletTasks

/// The tables of limits over all workers: who holds a permit of a key, who waits for one, and when starts are reserved.
///
/// A permit is a row for as long as its delivery lasts. Whoever frees one gives it to the first message that waits for
/// its key, which becomes ready with the permit in hand; so a message that ends without being run gives it on too.
/// A permit of a message that nobody has received yet does not count: what is in hand goes first.
///
/// Whoever decides about limits holds ``lock(_:)`` until the commit, so that of two none misses what the other does.
enum LimitTable {
    /// Waits until no other transaction decides about limits.
    ///
    /// Taken before any row with extras is changed.
    static func lock(_ tx: some QueryExecutor) async throws {
        _ = try await tx.all("SELECT pg_advisory_xact_lock(\(AdvisoryLock.limits), 0)") { _ in true }
    }

    /// Takes what a delivery needs under all limits, or takes the delivery back.
    ///
    /// Permits are looked at before starts are reserved, so that a message that waits for a permit takes no start.
    static func acquire(
        _ tx: some QueryExecutor, _ limits: [KeyedLimit], for receipt: Receipt, at now: Date
    ) async throws -> LimitDecision {
        try await lock(tx)
        guard let (sequence, token) = MessageTable.key(of: receipt),
            try await MessageTable.markExtras(tx, sequence, token)
        else { return .deferred(until: now) }
        let permits = limits.compactMap { limit -> (key: String, count: Int)? in
            if case .concurrency(let count) = limit.kind { (limit.key, max(1, count)) } else { nil }
        }
        for permit in permits where try await others(tx, permit.key, than: sequence) >= permit.count {
            try await park(tx, sequence, for: permit.key)
            return .waiting(key: permit.key)
        }
        if let start = try await RateTable.start(tx, limits, for: sequence, at: now) {
            try await releasePermits(tx, of: sequence)
            try await takeBack(tx, sequence, state: MessageState.delayed, until: .moment(start))
            return .deferred(until: start)
        }
        for permit in permits { try await take(tx, permit.key, permit.count, for: sequence) }
        return .granted
    }

    /// How many other deliveries in hand have a permit of the key.
    private static func others(_ tx: some QueryExecutor, _ key: String, than sequence: Int64) async throws -> Int {
        try await tx.one(
            """
            SELECT count(*) FROM martlet_permit JOIN martlet_message USING (sequence)
            WHERE key = ? AND sequence <> ? AND state = 3
            """, [.text(key), .integer(sequence)]) ?? 0
    }

    /// Takes a permit; where the limit was raised, one more of those that wait may come.
    private static func take(_ tx: some QueryExecutor, _ key: String, _ count: Int, for sequence: Int64) async throws {
        try await give(tx, key, to: sequence)
        let permits: Int? = try await tx.one("SELECT count(*) FROM martlet_permit WHERE key = ?", [.text(key)])
        if permits ?? 0 < count { try await offer(tx, key) }
    }

    private static func give(_ tx: some QueryExecutor, _ key: String, to sequence: Int64) async throws {
        try await tx.change(
            "INSERT INTO martlet_permit (key, sequence) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [.text(key), .integer(sequence)])
    }

    /// Lets a message wait for the key; its permits of other keys are given on.
    private static func park(_ tx: some QueryExecutor, _ sequence: Int64, for key: String) async throws {
        // Not given on: the key is full, and whoever holds its permits gives one on in the end.
        try await tx.change(
            "DELETE FROM martlet_permit WHERE key = ? AND sequence = ?", [.text(key), .integer(sequence)])
        try await releasePermits(tx, of: sequence)
        try await takeBack(tx, sequence, state: MessageState.parked, until: .integer(0))
        try await tx.change(
            """
            INSERT INTO martlet_parked (key, urgency, sequence)
            SELECT ?::text, -priority, sequence FROM martlet_message WHERE sequence = ? ON CONFLICT DO NOTHING
            """, [.text(key), .integer(sequence)])
    }

    private static func takeBack(
        _ tx: some QueryExecutor, _ sequence: Int64, state: Int, until moment: SQLValue
    ) async throws {
        try await tx.change(
            """
            UPDATE martlet_message SET state = ?, available_at = ?, holder = NULL, attempt = greatest(attempt - 1, 0)
            WHERE sequence = ?
            """, [.number(state), moment, .integer(sequence)])
    }

    /// Gives the permits of a message on.
    static func releasePermits(_ tx: some QueryExecutor, of sequence: Int64) async throws {
        let keys = try await tx.all(
            "DELETE FROM martlet_permit WHERE sequence = ? RETURNING key", [.integer(sequence)]
        ) { try $0.next(as: String.self) }
        for key in keys { try await offer(tx, key) }
    }

    /// Gives a permit to the first message that waits for the key, which may be received now.
    private static func offer(_ tx: some QueryExecutor, _ key: String) async throws {
        let first: Int64? = try await tx.one(
            """
            DELETE FROM martlet_parked WHERE (key, urgency, sequence) = (
                SELECT key, urgency, sequence FROM martlet_parked WHERE key = ? ORDER BY urgency, sequence LIMIT 1)
            RETURNING sequence
            """, [.text(key)])
        guard let first else { return }
        try await give(tx, key, to: first)
        try await tx.change(
            "UPDATE martlet_message SET state = 0 WHERE sequence = ? AND state = -1", [.integer(first)])
    }

    /// Forgets that a message waits and what it has reserved.
    static func forget(_ tx: some QueryExecutor, _ sequence: Int64) async throws {
        try await tx.change("DELETE FROM martlet_parked WHERE sequence = ?", [.integer(sequence)])
        try await tx.change("DELETE FROM martlet_reservation WHERE sequence = ?", [.integer(sequence)])
    }
}

/// The numbers by which the advisory locks of this package are told from an application's own.
enum AdvisoryLock {
    /// Held while tables are made.
    static let schema = 0x6D61_7201
    /// Held while it is decided about limits.
    static let limits = 0x6D61_7202
    /// Held by each process that holds leases, beside its number; of each schema another one, in SQL, since each counts its
    /// processes by itself.
    static let holder = "(\(0x6D61_7203) # hashtext(current_schema()::text))"
}
