import Foundation
import GRDB
import MartletTasks

import enum MartletORM.SQLValue

// A message with a lock, permits, reserved starts or a checkpoint is leased in a state of its own
// (``MessageState/leasedWithExtras``). Statements for all others do not match it, so that they need not look for any of
// these; what is here runs only when one of them has matched nothing.

extension MessageTable {
    /// Notes that a leased message has extras; returns whether the lease is held.
    static func markExtras(_ db: Database, _ sequence: Int64, _ token: Int64) throws -> Bool {
        try LeaseTable.unfold(db, sequence, token)
        try db.execute(
            cached: "UPDATE martlet_message SET state = 3, extras = 1 WHERE sequence = ? AND token = ? AND state >= 2",
            [sequence, token])
        return db.changesCount > 0
    }

    /// Leases a message with extras; its lease is in its own row.
    static func takeWithExtras(_ db: Database, _ sequence: Int64, until lease: SQLValue, holder: Int64) throws {
        try db.execute(
            cached: """
                UPDATE martlet_message
                SET state = 3, available_at = ?, holder = ?, attempt = attempt + 1, token = token + 1
                WHERE sequence = ?
                """, bindings: [lease, .integer(holder), .integer(sequence)])
    }

    /// Completes a message with extras that is handed out: its lock, its checkpoint; a lock until the start is freed.
    static func addExtras(_ db: Database, to received: inout ReceivedMessage?, sequence: Int64) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT unique_key, unique_release, unique_expires, checkpoint FROM martlet_message
                    WHERE sequence = ?
                    """), arguments: [sequence])
        guard let row, let id = received?.message.id else { return }
        let lock = lock(row)
        received?.message.uniqueLock = lock
        received?.checkpoint = try (row["checkpoint"] as Data?).map { try JSONParser.parse([UInt8]($0)) }
        if lock?.release == .started { try UniqueLockTable.releaseStarted(db, message: id) }
    }

    /// Frees what a held delivery has beside itself and makes it one without extras; returns whether there was one.
    static func endExtras(
        _ db: Database, _ sequence: Int64, _ token: Int64, _ disposition: Settlement.Disposition
    ) throws -> Bool {
        let id = try String.fetchOne(
            db.cachedStatement(
                sql: """
                    UPDATE martlet_message SET state = 2 WHERE sequence = ? AND token = ? AND state = 3 RETURNING id
                    """), arguments: [sequence, token])
        guard let id else { return false }
        try LimitTable.releasePermits(db, of: sequence)
        switch disposition {
        case .acknowledge, .handOver, .deadLetter: try dropExtras(db, sequence, id)
        case .requeue, .redeliver, .defer, .replace: break
        }
        return true
    }

    /// Forgets what a message has beside itself, before it is dropped.
    static func dropExtras(_ db: Database, _ sequence: Int64, _ id: String) throws {
        try LimitTable.forget(db, sequence)
        try UniqueLockTable.releaseEnded(db, message: id)
    }

    /// Makes ready messages with extras whose lease has run out.
    static func promoteExtras(_ db: Database, at now: Date) throws {
        let lost = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT sequence FROM martlet_message WHERE state > 0 AND state = 3 AND available_at <= ?
                    """), arguments: [micros(now)])
        try makeReady(db, lost)
    }

    /// Takes back messages with extras that a dead process holds.
    static func releaseExtras(_ db: Database, holder: Int64) throws {
        try makeReady(
            db,
            Int64.fetchAll(
                db, sql: "SELECT sequence FROM martlet_message WHERE state > 0 AND state = 3 AND holder = ?",
                arguments: [holder]))
    }

    private static func makeReady(_ db: Database, _ sequences: [Int64]) throws {
        for sequence in sequences {
            try db.execute(
                cached: "UPDATE martlet_message SET state = 0, holder = NULL WHERE sequence = ?", [sequence])
            try LimitTable.releasePermits(db, of: sequence)
        }
    }

    /// Frees what the messages of a queue that are not leased have beside themselves.
    static func purgeExtras(_ db: Database, _ queue: String) throws {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT sequence, id FROM martlet_message WHERE queue = ? AND state < 2 AND extras = 1",
            arguments: [queue])
        // First none of them is parked any more, so that no permit goes to one that is dropped.
        for row in rows { try dropExtras(db, row[0], row[1]) }
        for row in rows { try LimitTable.releasePermits(db, of: row[0]) }
    }

    /// Keeps a checkpoint; returns whether the lease was still held.
    static func saveCheckpoint(_ db: Database, _ checkpoint: JSONValue, for receipt: Receipt) throws -> Bool {
        guard let (sequence, token) = key(of: receipt), try markExtras(db, sequence, token) else { return false }
        try db.execute(
            cached: "UPDATE martlet_message SET checkpoint = ?, attempt = 0 WHERE sequence = ?",
            [Data(JSONWriter.bytes(of: checkpoint)), sequence])
        return true
    }
}
