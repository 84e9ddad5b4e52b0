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
                    (id, queue, priority, eta, expires, headers, properties, body, reason, error, attempts, died_at)
                SELECT id, queue, priority, eta, expires, headers, properties, body, ?, ?, attempt, ?
                FROM martlet_message WHERE sequence = ? AND token = ? AND state = 2
                """, [reason.rawValue, error, micros(now), sequence, token])
        try db.execute(
            cached: "DELETE FROM martlet_message WHERE sequence = ? AND token = ? AND state = 2", [sequence, token])
    }

    /// The dead letters a filter lets through, the latest first.
    static func list(_ db: Database, matching filter: DeadLetterFilter, limit: Int) throws -> [DeadLetter] {
        let rows =
            if let ids = filter.ids {
                try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT * FROM martlet_dead_letter WHERE id IN (SELECT value FROM json_each(?))
                        ORDER BY sequence DESC
                        """, arguments: [JSONWriter.text(of: .array(ids.map(JSONValue.string)))])
            } else {
                try Row.fetchCursor(db, sql: "SELECT * FROM martlet_dead_letter ORDER BY sequence DESC")
            }
        var letters: [DeadLetter] = []
        while letters.count < limit, let row = try rows.next() {
            let letter = letter(row)
            if filter.matches(letter) { letters.append(letter) }
        }
        return letters
    }

    /// Removes dead letters and returns those there were.
    static func take(_ db: Database, matching filter: DeadLetterFilter) throws -> [DeadLetter] {
        let letters = try list(db, matching: filter, limit: .max)
        for letter in letters { try db.execute(cached: "DELETE FROM martlet_dead_letter WHERE id = ?", [letter.id]) }
        return letters
    }

    private static func letter(_ row: Row) -> DeadLetter {
        DeadLetter(
            message: MessageTable.message(row), reason: DeadLetter.Reason(rawValue: row["reason"]),
            error: row["error"], attempts: row["attempts"], diedAt: date(row["died_at"]))
    }
}
