import Foundation
import GRDB
import MartletTasks

/// The floor: what at-least-once costs when there is nothing but the durable writes.
///
/// A bare GRDB loop on a table with the same bytes as the broker's, whose leases are in the messages' rows. For each
/// batch there is one transaction that leases and reads the messages and one that deletes them (and stores their
/// results), each safe on disk when it returns. Between them each task's body runs, the same append as everywhere.
/// Nothing is decoded.
struct Floor {
    let settings: Settings
    private let connection: DatabaseQueue
    private let hits: Hits
    /// Makes the messages; it sends nothing.
    private let client: TaskClient

    /// Begins with a new file.
    init(settings: Settings) throws {
        self.settings = settings
        let files = try BenchmarkFiles(folder: settings.folder, name: "floor")
        hits = Hits(path: files.hits)
        client = try TaskClient.bench(files.database + "-unused")
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
        }
        connection = try DatabaseQueue(path: files.database, configuration: configuration)
        try connection.write { try $0.execute(sql: Self.schema) }
    }

    private static let schema = """
        CREATE TABLE message (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
            priority INTEGER NOT NULL, eta INTEGER, expires INTEGER, headers BLOB NOT NULL, properties BLOB NOT NULL,
            body BLOB NOT NULL, published_at INTEGER NOT NULL, state INTEGER NOT NULL, available_at INTEGER NOT NULL,
            holder INTEGER, attempt INTEGER NOT NULL DEFAULT 0, token INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX message_ready ON message (queue, state, priority DESC, sequence);
        CREATE INDEX message_available ON message (available_at, state) WHERE state > 0;
        CREATE TABLE result (
            id TEXT PRIMARY KEY, state TEXT NOT NULL, is_final INTEGER NOT NULL, result BLOB NOT NULL,
            stored_at INTEGER NOT NULL);
        CREATE INDEX result_stored_at ON result (stored_at);
        """

    /// Rows a second, `batch` in a transaction.
    func insert(_ count: Int, batch: Int) throws -> Double {
        let messages = try client.messages(for: group((0..<count).map(MartletPeer.noop))).map(\.wire)
        let start = Hits.now
        for first in stride(from: 0, to: count, by: batch) {
            try connection.write { db in
                for message in messages[first..<min(count, first + batch)] { try Self.insert(message, db) }
            }
        }
        return Double(count) / (Double(Hits.now - start) / 1e9)
    }

    /// Tasks a second, as many in a batch as the worker runs at once.
    func drain(storingResults: Bool) throws -> Double {
        _ = try insert(settings.drainTasks, batch: 10_000)
        while true {
            let batch = try connection.write { try Self.lease(settings.concurrency, $0) }
            guard !batch.isEmpty else { return hits.rate }
            for message in batch { hits.append(Int(message.sequence)) }
            try connection.write { db in
                for message in batch {
                    if storingResults { try Self.store(message.id, db) }
                    try Self.delete(message.sequence, db)
                }
            }
        }
    }
}

// MARK: - Statements

extension Floor {
    private struct Leased {
        let sequence: Int64
        let id: String
        let bytes: [Data]
    }

    private static func insert(_ message: WireMessage, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO message (id, queue, priority, headers, properties, body, published_at, state, available_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)
                """
        ).execute(arguments: [
            message.id, message.queue, message.priority, Data(message.headers), Data(message.properties),
            Data(message.body), Hits.now,
        ])
    }

    private static func lease(_ limit: Int, _ db: Database) throws -> [Leased] {
        let ready = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT sequence FROM message WHERE queue = 'celery' AND state = 0
                    ORDER BY priority DESC, sequence LIMIT ?
                    """), arguments: [limit])
        return try ready.compactMap { sequence in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        UPDATE message SET state = 2, available_at = ?, holder = 1, attempt = attempt + 1,
                            token = token + 1
                        WHERE sequence = ? RETURNING id, headers, properties, body
                        """), arguments: [Hits.now, sequence]
            ).map { Leased(sequence: sequence, id: $0[0], bytes: [$0[1], $0[2], $0[3]]) }
        }
    }

    private static func delete(_ sequence: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM message WHERE sequence = ? AND token = 1 AND state = 2")
            .execute(arguments: [sequence])
    }

    private static func store(_ id: String, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO result VALUES (?, 'SUCCESS', 1, ?, ?)")
            .execute(arguments: [id, Self.result, Hits.now])
    }

    /// As many bytes as the result of the task `echo`.
    private static let result = Data(repeating: UInt8(ascii: " "), count: 330)
}
