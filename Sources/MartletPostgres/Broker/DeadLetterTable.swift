import Foundation
import MartletORM
import MartletTasks

/// The table of dead letters, and every statement on it.
enum DeadLetterTable {
    /// Moves a leased message without extras here; returns whether it was one.
    static func move(
        _ tx: some QueryExecutor, _ key: [SQLValue], reason: DeadLetter.Reason, error: String, at now: Date
    ) async throws -> Bool {
        let columns = """
            id, queue, priority, eta, expires, headers, properties, body, reason, error, attempts, died_at, unique_key,
                unique_release, unique_expires
            """
        // A text with a zero byte cannot be stored.
        let error = error.replacing("\0", with: "\u{FFFD}")
        return try await tx.change(
            """
            WITH gone AS (DELETE FROM martlet_message WHERE sequence = ? AND token = ? AND state = 2 RETURNING *),
            payload AS (
                DELETE FROM martlet_payload USING gone WHERE martlet_payload.sequence = gone.sequence
                RETURNING martlet_payload.*)
            INSERT INTO martlet_dead_letter (\(columns))
            SELECT id, queue, priority, eta, expires, headers, properties, body, ?::text, ?::text, greatest(attempt, 1),
                ?::bigint, unique_key, unique_release, unique_expires
            FROM gone JOIN payload USING (sequence)
            ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, queue = excluded.queue,
                priority = excluded.priority, eta = excluded.eta, expires = excluded.expires,
                headers = excluded.headers, properties = excluded.properties, body = excluded.body,
                reason = excluded.reason, error = excluded.error, attempts = excluded.attempts,
                died_at = excluded.died_at, unique_key = excluded.unique_key,
                unique_release = excluded.unique_release, unique_expires = excluded.unique_expires
            """, key + [.text(reason.rawValue), .text(error), .moment(now)]) > 0
    }

    /// The dead letters a filter lets through, the latest first.
    ///
    /// The name of the task is in the message's bytes, so it is compared here, some at a time.
    static func list(
        _ tx: some QueryExecutor, matching filter: DeadLetterFilter, limit: Int
    ) async throws -> [DeadLetter] {
        let chunk = 500
        var letters: [DeadLetter] = []
        var last = Int64.max
        while letters.count < limit {
            let rows = try await page(tx, filter, before: last, limit: chunk)
            letters += rows.map(\.letter).filter { filter.task == nil || $0.task == filter.task }
            guard rows.count == chunk, let sequence = rows.last?.sequence else { break }
            last = sequence
        }
        return Array(letters.prefix(limit))
    }

    private static func page(
        _ tx: some QueryExecutor, _ filter: DeadLetterFilter, before sequence: Int64, limit: Int
    ) async throws -> [(letter: DeadLetter, sequence: Int64)] {
        try await tx.all(
            """
            SELECT \(MessageTable.columns), reason, error, attempts, died_at, sequence FROM martlet_dead_letter
            WHERE sequence < $1 AND ($2::text[] IS NULL OR id = ANY ($2::text[]))
                AND ($3::text IS NULL OR queue = $3::text) AND ($4::text IS NULL OR reason = $4::text)
                AND ($5::text IS NULL OR strpos(error, $5::text) > 0)
                AND ($6::bigint IS NULL OR died_at >= $6::bigint) AND ($7::bigint IS NULL OR died_at < $7::bigint)
            ORDER BY sequence DESC LIMIT $8
            """,
            [
                .integer(sequence), filter.ids.map { .texts($0) } ?? .null, .optional(filter.queue),
                .optional(filter.reason?.rawValue), .optional(filter.error), .moment(filter.since),
                .moment(filter.before), .number(limit),
            ]
        ) { row in
            let message = try MessageTable.message(&row)
            let (reason, error): (String, String) = (try row.next(), try row.next())
            let letter = DeadLetter(
                message: message, reason: DeadLetter.Reason(rawValue: reason), error: error, attempts: try row.next(),
                diedAt: try row.moment())
            return (letter, try row.next(as: Int64.self))
        }
    }

    /// Drops dead letters; returns how many were there.
    static func remove(_ tx: some QueryExecutor, _ letters: [DeadLetter]) async throws -> Int {
        try await tx.change("DELETE FROM martlet_dead_letter WHERE id = ?", each: letters.map { [.text($0.id)] })
    }

    /// Puts dead letters back into their queues, each as `renewed` says, and returns how many it were; one whose lock
    /// is held stays.
    static func retry(
        _ tx: some QueryExecutor, _ letters: [DeadLetter], at now: Date, renewed: (DeadLetter) -> WireMessage
    ) async throws -> Int {
        let refused = try await MessageTable.publish(tx, letters.map(renewed), unlessDone: false, at: now)
        return try await remove(tx, letters.filter { refused[$0.id] == nil })
    }

    /// Drops what died before a moment.
    static func expire(_ tx: some QueryExecutor, before moment: Date) async throws {
        try await tx.change("DELETE FROM martlet_dead_letter WHERE died_at < ?", [.moment(moment)])
    }
}
