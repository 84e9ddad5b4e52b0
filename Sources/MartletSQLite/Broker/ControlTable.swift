import Foundation
import GRDB
import MartletTasks

/// The tables of what holds for all workers: revocations and paused queues, with a version that changes with them.
enum ControlTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS martlet_control (only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL);
        INSERT OR IGNORE INTO martlet_control VALUES (1, 0);
        CREATE TABLE IF NOT EXISTS martlet_paused_queue (queue TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS martlet_revocation (
            version INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT, stamp TEXT, value TEXT, terminates INTEGER NOT NULL,
            expires_at INTEGER NOT NULL);
        """

    static func version(_ db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT version FROM martlet_control")) ?? 0
    }

    /// Moves the version on; by the time, so that one whose commit failed does not come again.
    private static func touch(_ db: Database) throws {
        try db.execute(cached: "UPDATE martlet_control SET version = max(version + 1, ?)", [micros(Date())])
    }

    static func load(_ db: Database) throws -> Controls {
        var controls = Controls(version: try version(db))
        controls.paused = try String.fetchSet(db, sql: "SELECT queue FROM martlet_paused_queue")
        for (_, revocation) in try revocations(db, after: 0) {
            switch revocation.target {
            case .task(let id): controls.tasks[id] = revocation
            case .stamp: controls.stamps.append(revocation)
            }
        }
        return controls
    }

    // MARK: Queues

    static func pause(_ db: Database, _ queue: String) throws {
        try db.execute(sql: "INSERT OR IGNORE INTO martlet_paused_queue VALUES (?)", arguments: [queue])
        try touch(db)
    }

    static func resume(_ db: Database, _ queue: String) throws {
        try db.execute(sql: "DELETE FROM martlet_paused_queue WHERE queue = ?", arguments: [queue])
        try touch(db)
    }

    // MARK: Revocations

    static func add(_ db: Database, _ revocation: Revocation) throws {
        let (task, stamp, value): (String?, String?, String?) =
            switch revocation.target {
            case .task(let id): (id, nil, nil)
            case .stamp(let name, let value): (nil, name, JSONWriter.text(of: value))
            }
        try db.execute(
            sql: "DELETE FROM martlet_revocation WHERE task IS ? AND stamp IS ? AND value IS ?",
            arguments: [task, stamp, value])
        try db.execute(
            sql: """
                INSERT INTO martlet_revocation (task, stamp, value, terminates, expires_at) VALUES (?, ?, ?, ?, ?)
                """, arguments: [task, stamp, value, revocation.terminates, micros(revocation.expires)])
        try touch(db)
    }

    static func revocations(_ db: Database, after version: Int) throws -> [(version: Int, revocation: Revocation)] {
        try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM martlet_revocation WHERE version > ? ORDER BY version"),
            arguments: [version]
        ).map { row in
            let target: Revocation.Target =
                if let id = row["task"] as String? {
                    .task(id)
                } else {
                    .stamp(row["stamp"], try JSONParser.parse(row["value"] as String))
                }
            return (
                row["version"],
                Revocation(target, terminates: row["terminates"], expires: date(row["expires_at"]))
            )
        }
    }

    static func cleanUp(_ db: Database, at now: Date) throws {
        try db.execute(cached: "DELETE FROM martlet_revocation WHERE expires_at <= ?", [micros(now)])
        if db.changesCount > 0 { try touch(db) }
    }
}

/// A copy in memory of what holds for all workers, as of a version.
struct Controls: Sendable {
    var version = -1
    var paused: Set<String> = []
    var tasks: [String: Revocation] = [:]
    var stamps: [Revocation] = []

    /// The queues of some that are not paused.
    func open(_ queues: [String]) -> [String] { paused.isEmpty ? queues : queues.filter { !paused.contains($0) } }

    func revocation(of id: String, stamps carried: [String: JSONValue], at now: Date) -> Revocation? {
        if let revocation = tasks[id], revocation.expires > now { return revocation }
        guard !carried.isEmpty else { return nil }
        return stamps.first { $0.expires > now && $0.matches(id: id, stamps: carried) }
    }
}
