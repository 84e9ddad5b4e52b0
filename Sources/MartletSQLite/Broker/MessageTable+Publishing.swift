import Foundation
import GRDB
import MartletTasks

extension MessageTable {
    /// Columns that the first version did not have; `extras` is 1 for a message that may have a lock, permits or a
    /// checkpoint, and only such messages cost more than others.
    static let laterColumns = [
        SchemaUpgrade.Column(name: "unique_key", type: "TEXT"),
        SchemaUpgrade.Column(name: "unique_release", type: "TEXT"),
        SchemaUpgrade.Column(name: "unique_expires", type: "INTEGER"),
        SchemaUpgrade.Column(name: "checkpoint", type: "BLOB"),
        SchemaUpgrade.Column(name: "extras", type: "INTEGER NOT NULL DEFAULT 0"),
    ]

    /// Adds a message that is not there yet and takes its lock; returns who holds the lock if it is not free, and then
    /// nothing is added.
    ///
    /// - Parameter unlessDone: Whether a task whose success is stored is left out.
    static func publish(
        _ db: Database, _ message: WireMessage, unlessDone: Bool = true, at now: Date
    ) throws -> String? {
        let (sql, bindings) = unlessDone ? insertUnlessDone(message, at: now) : insert(message, at: now)
        try db.execute(cached: sql, bindings: bindings)
        guard let lock = message.uniqueLock, db.changesCount > 0 else { return nil }
        if let holder = try UniqueLockTable.take(db, lock, for: message.id, at: now) {
            try db.execute(cached: "DELETE FROM martlet_message WHERE id = ?", [message.id])
            return holder
        }
        let (update, values) = setLock(lock, of: message.id)
        try db.execute(cached: update, values)
        return nil
    }

    /// The statement that writes a message's lock to it, and its arguments.
    static func setLock(
        _ lock: UniqueLock, of id: String
    ) -> (sql: String, arguments: [any DatabaseValueConvertible]) {
        (
            """
            UPDATE martlet_message SET extras = 1, unique_key = ?, unique_release = ?, unique_expires = ? WHERE id = ?
            """,
            [lock.key, lock.release.rawValue, micros(lock.expires), id]
        )
    }

    /// The lock in a row's columns.
    static func lock(_ row: Row) -> UniqueLock? {
        guard let key = row["unique_key"] as String?, let expires = row["unique_expires"] as Int64?,
            let release = (row["unique_release"] as String?).flatMap(UniqueLock.Release.init)
        else { return nil }
        return UniqueLock(key: key, release: release, expires: date(expires))
    }
}
