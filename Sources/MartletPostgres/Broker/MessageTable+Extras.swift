import Foundation
import MartletORM
import MartletTasks

// A message with a lock, permits, reserved starts or a checkpoint is leased in a state of its own
// (``MessageState/leasedWithExtras``). Statements for all others do not match it, so that they need not look for any of
// these; what is here runs only when one of them has matched nothing.

extension MessageTable {
    /// Notes that a leased message has extras; returns whether the lease is held.
    static func markExtras(_ tx: some QueryExecutor, _ sequence: Int64, _ token: Int64) async throws -> Bool {
        try await tx.change(
            "UPDATE martlet_message SET state = 3, extras = 1 WHERE sequence = ? AND token = ? AND state >= 2",
            [.integer(sequence), .integer(token)]) > 0
    }

    /// Frees what a held delivery has beside itself and makes it one without extras; returns whether there was one.
    static func endExtras(
        _ tx: some QueryExecutor, _ sequence: Int64, _ token: Int64, _ disposition: Settlement.Disposition
    ) async throws -> Bool {
        try await LimitTable.lock(tx)
        let id: String? = try await tx.one(
            "UPDATE martlet_message SET state = 2 WHERE sequence = ? AND token = ? AND state = 3 RETURNING id",
            [.integer(sequence), .integer(token)])
        guard let id else { return false }
        try await LimitTable.releasePermits(tx, of: sequence)
        switch disposition {
        case .acknowledge, .handOver, .deadLetter: try await dropExtras(tx, sequence, id)
        case .requeue, .redeliver, .defer, .replace: break
        }
        return true
    }

    /// Forgets what a message has beside itself, before it is dropped.
    static func dropExtras(_ tx: some QueryExecutor, _ sequence: Int64, _ id: String) async throws {
        try await LimitTable.forget(tx, sequence)
        try await UniqueLockTable.releaseEnded(tx, message: id)
    }

    /// Makes ready messages with extras whose lease has run out.
    static func promoteExtras(_ database: Database, at now: Date) async throws {
        let isDue: Bool? = try await database.one(
            "SELECT EXISTS (SELECT 1 FROM martlet_message WHERE state > 0 AND state = 3 AND available_at <= ?)",
            [.moment(now)])
        guard isDue == true else { return }
        try await database.transaction { tx in
            try await makeReady(tx, where: "state > 0 AND state = 3 AND available_at <= ?", [.moment(now)])
        }
    }

    /// Takes back what a dead process holds.
    static func release(_ tx: some QueryExecutor, holder: Int32) async throws {
        let number = SQLValue.integer(Int64(holder))
        try await makeReady(tx, where: "state = 3 AND holder = ?", [number])
        try await tx.change(
            """
            UPDATE martlet_message SET state = 0, holder = NULL WHERE sequence IN (
                SELECT sequence FROM martlet_message WHERE state = 2 AND holder = ? FOR UPDATE SKIP LOCKED)
            """, [number])
    }

    private static func makeReady(_ tx: some QueryExecutor, where condition: String, _ values: [SQLValue]) async throws
    {
        try await LimitTable.lock(tx)
        let sequences = try await tx.all(
            """
            UPDATE martlet_message SET state = 0, holder = NULL WHERE sequence IN (
                SELECT sequence FROM martlet_message WHERE \(condition) FOR UPDATE SKIP LOCKED) RETURNING sequence
            """, values
        ) { try $0.next(as: Int64.self) }
        for sequence in sequences.sorted() { try await LimitTable.releasePermits(tx, of: sequence) }
    }

    /// Drops the messages of a queue that are not leased and have something beside themselves, and frees that.
    static func purgeExtras(_ tx: some QueryExecutor, _ queue: String) async throws -> Int {
        try await LimitTable.lock(tx)
        let rows = try await tx.all(
            """
            WITH gone AS (
                DELETE FROM martlet_message WHERE queue = ? AND state < 2 AND extras = 1 RETURNING sequence, id),
            payload AS (DELETE FROM martlet_payload USING gone WHERE martlet_payload.sequence = gone.sequence)
            SELECT sequence, id FROM gone
            """, [.text(queue)]
        ) { (sequence: try $0.next(as: Int64.self), id: try $0.next(as: String.self)) }
        // First none of them is parked any more, so that no permit goes to one that is dropped.
        for row in rows { try await dropExtras(tx, row.sequence, row.id) }
        for row in rows { try await LimitTable.releasePermits(tx, of: row.sequence) }
        return rows.count
    }

    /// Keeps a checkpoint; returns whether the lease was still held.
    static func saveCheckpoint(
        _ tx: some QueryExecutor, _ checkpoint: JSONValue, for receipt: Receipt
    ) async throws -> Bool {
        guard let (sequence, token) = key(of: receipt) else { return false }
        return try await tx.change(
            """
            UPDATE martlet_message SET state = 3, extras = 1, checkpoint = ?, attempt = 0
            WHERE sequence = ? AND token = ? AND state >= 2
            """, [.blob(JSONWriter.bytes(of: checkpoint)), .integer(sequence), .integer(token)]) > 0
    }
}
