import Foundation
import MartletORM
import MartletTasks

/// The table of locks that are held, and every statement on it.
enum UniqueLockTable {
    /// Takes a lock that is free, has expired or is the message's own; returns who holds it if it is not.
    static func take(
        _ tx: some QueryExecutor, _ lock: UniqueLock, for message: String, at now: Date
    ) async throws -> String? {
        let taken = try await tx.change(
            """
            INSERT INTO martlet_unique_lock AS held (key, message, release, expires_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET message = excluded.message, release = excluded.release,
                expires_at = excluded.expires_at
            WHERE held.expires_at <= ? OR held.message = excluded.message
            """,
            [.text(lock.key), .text(message), .text(lock.release.rawValue), .moment(lock.expires), .moment(now)])
        if taken > 0 { return nil }
        // The row is locked by the statement above, which has found it held.
        return try await tx.one("SELECT message FROM martlet_unique_lock WHERE key = ?", [.text(lock.key)]) ?? message
    }

    /// Frees what a message holds that has ended for good; a lock for a period stays.
    static func releaseEnded(_ tx: some QueryExecutor, message: String) async throws {
        try await tx.change(
            "DELETE FROM martlet_unique_lock WHERE message = ? AND release <> 'expired'", [.text(message)])
    }

    /// Frees a lock, whoever holds it; returns whether it was held.
    static func release(_ tx: some QueryExecutor, key: String, at now: Date) async throws -> Bool {
        let held: Bool? = try await tx.one(
            "DELETE FROM martlet_unique_lock WHERE key = ? RETURNING expires_at > ?", [.text(key), .moment(now)])
        return held == true
    }

    static func cleanUp(_ tx: some QueryExecutor, at now: Date) async throws {
        try await tx.change("DELETE FROM martlet_unique_lock WHERE expires_at <= ?", [.moment(now)])
    }
}
