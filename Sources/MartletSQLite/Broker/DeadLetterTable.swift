import Foundation
import GRDB
import MartletTasks

/// The table of dead letters, and every statement on it.
enum DeadLetterTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS martlet_dead_letter (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
            priority INTEGER NOT NULL, eta INTEGER, expires INTEGER, headers BLOB NOT NULL, properties BLOB NOT NULL,
            body BLOB NOT NULL, reason TEXT NOT NULL, error TEXT NOT NULL, attempts INTEGER NOT NULL,
            died_at INTEGER NOT NULL);
        """

    /// Moves a leased message here.
    static func move(
        _ db: Database, sequence: Int64, token: Int64, reason: DeadLetter.Reason, error: String, at now: Date
    ) throws {
        try db.execute(
            cached: """
                INSERT OR REPLACE INTO martlet_dead_letter
                    (id, queue, priority, eta, expires, headers, properties, body, reason, error, attempts, died_at,
                        unique_key, unique_release, unique_expires)
                SELECT id, queue, priority, eta, expires, headers, properties, body, ?, ?, max(attempt, 1), ?,
                    unique_key, unique_release, unique_expires
                FROM martlet_message WHERE sequence = ? AND token = ? AND state = 2
                """, [reason.rawValue, error, micros(now), sequence, token])
        try db.execute(
            cached: "DELETE FROM martlet_message WHERE sequence = ? AND token = ? AND state = 2", [sequence, token])
    }

    /// Columns that the first version did not have.
    static let laterColumns = MessageTable.laterColumns.filter { $0.name.hasPrefix("unique_") }

    /// The dead letters a filter lets through, the latest first.
    ///
    /// The name of the task is in the message's bytes, so it is compared here.
    static func list(_ db: Database, matching filter: DeadLetterFilter, limit: Int) throws -> [DeadLetter] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT * FROM martlet_dead_letter
                WHERE (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
                    AND (:queue IS NULL OR queue = :queue) AND (:reason IS NULL OR reason = :reason)
                    AND (:error IS NULL OR instr(error, :error) > 0)
                    AND (:since IS NULL OR died_at >= :since) AND (:before IS NULL OR died_at < :before)
                ORDER BY sequence DESC
                """,
            arguments: [
                "ids": filter.ids.map { JSONWriter.text(of: .array($0.map(JSONValue.string))) },
                "queue": filter.queue, "reason": filter.reason?.rawValue, "error": filter.error,
                "since": filter.since.map(micros), "before": filter.before.map(micros),
            ])
        var letters: [DeadLetter] = []
        while letters.count < limit, let row = try rows.next() {
            let letter = letter(row)
            if filter.task == nil || letter.task == filter.task { letters.append(letter) }
        }
        return letters
    }

    /// Drops dead letters.
    static func remove(_ db: Database, _ letters: [DeadLetter]) throws {
        for letter in letters { try db.execute(cached: "DELETE FROM martlet_dead_letter WHERE id = ?", [letter.id]) }
    }

    /// Puts dead letters back into their queues, each as `renewed` says, and returns how many it were; one whose lock
    /// is held stays.
    static func retry(
        _ db: Database, _ letters: [DeadLetter], at now: Date, renewed: (DeadLetter) -> WireMessage
    ) throws -> Int {
        let sent = try letters.filter { letter in
            try MessageTable.publish(db, renewed(letter), unlessDone: false, at: now) == nil
        }
        try remove(db, sent)
        return sent.count
    }

    /// Drops what died before a moment.
    static func expire(_ db: Database, before moment: Date) throws {
        try db.execute(cached: "DELETE FROM martlet_dead_letter WHERE died_at < ?", [micros(moment)])
    }

    private static func letter(_ row: Row) -> DeadLetter {
        var message = MessageTable.message(row)
        message.uniqueLock = MessageTable.lock(row)
        return DeadLetter(
            message: message, reason: DeadLetter.Reason(rawValue: row["reason"]),
            error: row["error"], attempts: row["attempts"], diedAt: date(row["died_at"]))
    }
}
