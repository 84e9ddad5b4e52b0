import Foundation
import MartletORM
import MartletTasks

/// The tables `martlet_message` and `martlet_payload`, and every statement on them.
///
/// `state` is one of ``MessageState``; `available_at` is when what is delayed or leased becomes ready by itself.
/// Times are microseconds since 1970.
enum MessageTable {
    private static func insertion(condition: String) -> String {
        """
        WITH added AS (
            INSERT INTO martlet_message (id, queue, priority, eta, expires, published_at, state, available_at, extras,
                unique_key, unique_release, unique_expires)
            SELECT $1::text, $2::text, $3::integer, $4::bigint, $5::bigint, $6::bigint, $7::smallint, $8::bigint,
                $12::smallint, $13::text, $14::text, $15::bigint
            \(condition)
            ON CONFLICT (id) DO NOTHING RETURNING sequence)
        INSERT INTO martlet_payload (sequence, headers, properties, body)
        SELECT sequence, $9::bytea, $10::bytea, $11::bytea FROM added
        """
    }

    private static let insert = insertion(condition: "")
    /// A failure keeps nothing back: the later steps of a chain have it from the start when an earlier one fails, and run
    /// when that one is sent again from the dead letters.
    private static let insertUnlessDone = insertion(
        condition: "WHERE NOT EXISTS (SELECT 1 FROM martlet_result WHERE id = $1::text AND state = 'SUCCESS')")

    /// Adds messages that are not there yet; returns which were refused since another message holds their lock, each
    /// with that message.
    ///
    /// - Parameter unlessDone: Whether a task whose success is stored is left out.
    static func publish(
        _ tx: some QueryExecutor, _ messages: [WireMessage], unlessDone: Bool = true, at now: Date
    ) async throws -> [String: String] {
        let statement = unlessDone ? insertUnlessDone : insert
        guard messages.contains(where: { $0.uniqueLock != nil }) else {
            try await tx.change(statement, each: messages.map { values($0, at: now) })
            return [:]
        }
        var refused: [String: String] = [:]
        for message in messages {
            let isNew = try await tx.change(statement, values(message, at: now)) > 0
            guard isNew, let lock = message.uniqueLock else { continue }
            if let holder = try await UniqueLockTable.take(tx, lock, for: message.id, at: now) {
                try await remove(tx, message.id)
                refused[message.id] = holder
            }
        }
        return refused
    }

    private static func remove(_ tx: some QueryExecutor, _ id: String) async throws {
        try await tx.change(
            """
            WITH gone AS (DELETE FROM martlet_message WHERE id = ? RETURNING sequence)
            DELETE FROM martlet_payload USING gone WHERE martlet_payload.sequence = gone.sequence
            """, [.text(id)])
    }

    private static func values(_ message: WireMessage, at now: Date) -> [SQLValue] {
        let delayed = message.eta.flatMap { $0 > now ? $0 : nil }
        let lock = message.uniqueLock
        return [
            .text(message.id), .text(message.queue), .number(message.priority), .moment(message.eta),
            .moment(message.expires), .moment(now),
            .number(delayed == nil ? MessageState.ready : MessageState.delayed),
            delayed.map { .moment($0) } ?? .integer(0), .blob(message.headers), .blob(message.properties),
            .blob(message.body), .flag(lock != nil), .optional(lock?.key), .optional(lock?.release.rawValue),
            .moment(lock?.expires),
        ]
    }

    /// The columns from which ``message(_:)`` reads, of a row and its payload.
    static let columns = """
        id, queue, priority, eta, expires, unique_key, unique_release, unique_expires, headers, properties, body
        """

    static func message(_ row: inout RowDecoder) throws -> WireMessage {
        let (id, queue): (String, String) = (try row.next(), try row.next())
        let priority: Int = try row.next()
        let (eta, expires) = (try row.optionalMoment(), try row.optionalMoment())
        let (key, release): (String?, String?) = (try row.next(), try row.next())
        let lockExpires = try row.optionalMoment()
        var message = WireMessage(
            id: id, queue: queue, priority: priority, eta: eta, expires: expires, headers: try row.bytes(),
            properties: try row.bytes(), body: try row.bytes())
        if let key, let release = release.flatMap(UniqueLock.Release.init), let lockExpires {
            message.uniqueLock = UniqueLock(key: key, release: release, expires: lockExpires)
        }
        return message
    }

    static func key(of receipt: Receipt) -> (sequence: Int64, token: Int64)? {
        let parts = receipt.token.split(separator: ":").compactMap { Int64($0) }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
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
