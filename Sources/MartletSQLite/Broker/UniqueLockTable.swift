import Foundation
import GRDB
import MartletTasks

/// The table of locks that are held, and every statement on it.
enum UniqueLockTable {
    static let schema = [
        """
        CREATE TABLE IF NOT EXISTS martlet_unique_lock (
            key TEXT PRIMARY KEY, message TEXT NOT NULL, release TEXT NOT NULL, expires_at INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS martlet_unique_lock_message ON martlet_unique_lock (message)",
    ]

    /// The statement that takes a lock which is free, has expired or is the message's own; a row says that it did.
    static func take(
        _ lock: UniqueLock, for message: String, at now: Date
    ) -> (sql: String, arguments: [any DatabaseValueConvertible]) {
        (
            """
            INSERT INTO martlet_unique_lock (key, message, release, expires_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET message = excluded.message, release = excluded.release,
                expires_at = excluded.expires_at
            WHERE expires_at <= ? OR message = excluded.message RETURNING message
            """,
            [lock.key, message, lock.release.rawValue, micros(lock.expires), micros(now)]
        )
    }

    /// Takes a lock; returns who holds it if it is not free.
    static func take(_ db: Database, _ lock: UniqueLock, for message: String, at now: Date) throws -> String? {
        let (sql, arguments) = take(lock, for: message, at: now)
        let taken = try String.fetchOne(db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
        if taken != nil { return nil }
        return try String.fetchOne(
            db.cachedStatement(sql: "SELECT message FROM martlet_unique_lock WHERE key = ?"), arguments: [lock.key])
    }

    /// Frees what a message holds until it has started.
    static func releaseStarted(_ db: Database, message: String) throws {
        try db.execute(
            cached: "DELETE FROM martlet_unique_lock WHERE message = ? AND release = 'started'", [message])
    }

    /// Frees what a message holds that has ended for good; a lock for a period stays.
    static func releaseEnded(_ db: Database, message: String) throws {
        try db.execute(
            cached: "DELETE FROM martlet_unique_lock WHERE message = ? AND release <> 'expired'", [message])
    }

    /// Frees a lock, whoever holds it; returns whether it was held.
    static func release(_ db: Database, key: String, at now: Date) throws -> Bool {
        let held = try Bool.fetchOne(
            db, sql: "DELETE FROM martlet_unique_lock WHERE key = ? RETURNING expires_at > ?",
            arguments: [key, micros(now)])
        return held == true
    }

    static func cleanUp(_ db: Database, at now: Date) throws {
        try db.execute(cached: "DELETE FROM martlet_unique_lock WHERE expires_at <= ?", [micros(now)])
    }
}
