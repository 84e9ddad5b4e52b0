import Foundation
import MartletORM
import MartletTasks

/// The tables of what holds for all workers: revocations and paused queues, with a version that changes with them.
enum ControlTable {
    /// Moves the version on, by the time; its row stays locked until the commit, so that changes follow each other.
    private static func touch(_ tx: some QueryExecutor) async throws {
        try await tx.change(
            "UPDATE martlet_control SET version = greatest(version + 1, ?)", [.moment(Date())])
    }

    static func load(_ tx: some QueryExecutor) async throws -> Controls {
        // The version goes first: what is committed in between is read again under the next one.
        var controls = Controls(version: try await tx.one("SELECT version FROM martlet_control") ?? 0)
        controls.paused = Set(
            try await tx.all("SELECT queue FROM martlet_paused_queue") { try $0.next(as: String.self) })
        for (_, revocation) in try await revocations(tx, after: 0) {
            switch revocation.target {
            case .task(let id): controls.tasks[id] = revocation
            case .stamp: controls.stamps.append(revocation)
            }
        }
        return controls
    }

    // MARK: Queues

    static func pause(_ tx: some QueryExecutor, _ queue: String) async throws {
        try await touch(tx)
        try await tx.change("INSERT INTO martlet_paused_queue VALUES (?) ON CONFLICT DO NOTHING", [.text(queue)])
    }

    static func resume(_ tx: some QueryExecutor, _ queue: String) async throws {
        try await touch(tx)
        try await tx.change("DELETE FROM martlet_paused_queue WHERE queue = ?", [.text(queue)])
    }

    // MARK: Revocations

    static func add(_ tx: some QueryExecutor, _ revocations: [Revocation]) async throws {
        try await touch(tx)
        for revocation in revocations {
            let target: [SQLValue] =
                switch revocation.target {
                case .task(let id): [.text(id), .null, .null]
                case .stamp(let name, let value): [.null, .text(name), .text(JSONWriter.text(of: value))]
                }
            try await tx.change(
                """
                DELETE FROM martlet_revocation WHERE task IS NOT DISTINCT FROM ?::text
                    AND stamp IS NOT DISTINCT FROM ?::text AND value IS NOT DISTINCT FROM ?::text
                """, target)
            try await tx.change(
                "INSERT INTO martlet_revocation (task, stamp, value, terminates, expires_at) VALUES (?, ?, ?, ?, ?)",
                target + [.flag(revocation.terminates), .moment(revocation.expires)])
        }
    }

    static func revocations(
        _ tx: some QueryExecutor, after version: Int
    ) async throws -> [(version: Int, revocation: Revocation)] {
        try await tx.all(
            """
            SELECT version, task, stamp, value, terminates, expires_at FROM martlet_revocation WHERE version > ?
            ORDER BY version
            """, [.number(version)]
        ) { row in
            let version: Int = try row.next()
            let (task, stamp, value): (String?, String?, String?) = (try row.next(), try row.next(), try row.next())
            let target: Revocation.Target =
                if let task { .task(task) } else { .stamp(stamp ?? "", try JSONParser.parse(value ?? "null")) }
            return (version, Revocation(target, terminates: try row.next(), expires: try row.moment()))
        }
    }

    static func cleanUp(_ tx: some QueryExecutor, at now: Date) async throws {
        let gone = try await tx.change("DELETE FROM martlet_revocation WHERE expires_at <= ?", [.moment(now)])
        if gone > 0 { try await touch(tx) }
    }
}

/// A copy in memory of what holds for all workers, as of a version.
struct Controls: Sendable {
    var version: Int64 = -1
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
