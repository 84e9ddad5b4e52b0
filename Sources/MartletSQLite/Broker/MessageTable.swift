import Foundation
import GRDB
import MartletTasks

import enum MartletORM.SQLValue

/// The table of messages, and every statement on it.
///
/// `state` is one of ``MessageState``; `available_at` is when what is delayed or leased becomes ready by itself.
/// Times are microseconds since 1970.
enum MessageTable {
    /// As the first version made it, since it is a migration too; later columns are in ``laterColumns``.
    static let schema: [String] = [
        """
        CREATE TABLE IF NOT EXISTS martlet_message (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
            priority INTEGER NOT NULL, eta INTEGER, expires INTEGER, headers BLOB NOT NULL, properties BLOB NOT NULL,
            body BLOB NOT NULL, published_at INTEGER NOT NULL, state INTEGER NOT NULL, available_at INTEGER NOT NULL,
            holder INTEGER, attempt INTEGER NOT NULL DEFAULT 0, token INTEGER NOT NULL DEFAULT 0)
        """,
        """
        CREATE INDEX IF NOT EXISTS martlet_message_ready ON martlet_message (queue, state, priority DESC, sequence)
        """,
        """
        CREATE INDEX IF NOT EXISTS martlet_message_available ON martlet_message (available_at, state) WHERE state > 0
        """,
    ]

    /// Puts an index of what can be received in the place of one of all messages: a claim takes a message out of it, and
    /// nothing is left there to be changed by the end of the delivery.
    static let laterSchema = """
        CREATE INDEX IF NOT EXISTS martlet_message_waiting ON martlet_message (queue, priority DESC, sequence)
        WHERE state = 0;
        DROP INDEX IF EXISTS martlet_message_ready;
        """

    private static let columns = """
        id, queue, priority, eta, expires, headers, properties, body, published_at, state, available_at
        """

    /// The statement that adds a message, and its arguments; a message of the same id stays as it is.
    ///
    /// It needs nothing but the table, so it can run in a transaction of the application's own database.
    static func insert(_ message: WireMessage, at now: Date) -> (sql: String, bindings: [SQLValue]) {
        (
            "INSERT OR IGNORE INTO martlet_message (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values(message, at: now)
        )
    }

    /// Like ``insert(_:at:)``, but a task whose success is stored is not added again.
    ///
    /// A failure keeps nothing back: the later steps of a chain have it from the start when an earlier one fails, and
    /// run when that one is sent again from the dead letters.
    static func insertUnlessDone(_ message: WireMessage, at now: Date) -> (sql: String, bindings: [SQLValue]) {
        (
            """
            INSERT OR IGNORE INTO martlet_message (\(columns)) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
            WHERE NOT EXISTS (SELECT 1 FROM martlet_result WHERE id = ? AND state = 'SUCCESS')
            """,
            values(message, at: now) + [.text(message.id)]
        )
    }

    private static func values(_ message: WireMessage, at now: Date) -> [SQLValue] {
        let delayed = message.eta.flatMap { $0 > now ? $0 : nil }
        return [
            .text(message.id), .text(message.queue), .integer(Int64(message.priority)), value(message.eta),
            value(message.expires), .blob(message.headers), .blob(message.properties), .blob(message.body),
            .integer(micros(now)), .integer(Int64(delayed == nil ? MessageState.ready : MessageState.delayed)),
            .integer(delayed.map(micros) ?? 0),
        ]
    }

    private static func value(_ date: Date?) -> SQLValue { date.map { .integer(micros($0)) } ?? .null }
}

/// The values of the column `state`.
enum MessageState {
    /// Waits for a permit of a limit.
    static let parked = -1
    /// Can be received.
    static let ready = 0
    /// Waits for its eta, or for a start that is reserved for it.
    static let delayed = 1
    /// Is in hand.
    static let leased = 2
    /// Is in hand, and may have a lock, permits or a checkpoint.
    static let leasedWithExtras = 3
}

/// A moment as it is stored.
func micros(_ date: Date) -> Int64 { Int64(date.microseconds) }

/// A stored moment.
func date(_ micros: Int64) -> Date { Date(timeIntervalSince1970: Double(micros) / 1_000_000) }
