import Foundation
import MartletORM
import MartletTasks

/// What a receiver looks at before it claims: how far the controls are, and what becomes due next.
struct QueueOutlook: Sendable {
    var controlVersion: Int64
    var due: Date?
}

extension MessageTable {
    static func outlook(_ tx: some QueryExecutor) async throws -> QueueOutlook {
        let rows = try await tx.all(
            "SELECT version, (SELECT min(available_at) FROM martlet_message WHERE state > 0) FROM martlet_control"
        ) { QueueOutlook(controlVersion: try $0.next(), due: try $0.optionalMoment()) }
        return rows.first ?? QueueOutlook(controlVersion: 0)
    }

    /// Makes ready what has become due: messages whose eta has come and leases that have run out.
    static func promote(_ database: Database, at now: Date) async throws {
        try await database.change(
            """
            UPDATE martlet_message SET state = 0, holder = NULL WHERE sequence IN (
                SELECT sequence FROM martlet_message WHERE state > 0 AND state < 3 AND available_at <= ?
                ORDER BY available_at LIMIT 10000 FOR UPDATE SKIP LOCKED)
            """, [.moment(now)])
        try await promoteExtras(database, at: now)
    }

    /// Leases up to `limit` ready messages, the most urgent and then the oldest first.
    ///
    /// Of several queues each gives up to `limit` candidates, which are locked until the statement ends; another
    /// receiver passes over them meanwhile.
    static func claim(
        _ tx: some QueryExecutor, from queues: [String], limit: Int, until lease: Date, holder: Int32
    ) async throws -> [ReceivedMessage] {
        try await tx.all(
            """
            WITH candidate AS MATERIALIZED (
                SELECT ready.sequence FROM unnest(?::text[]) AS q (name) CROSS JOIN LATERAL (
                    SELECT sequence, priority FROM martlet_message WHERE queue = q.name AND state = 0
                    ORDER BY priority DESC, sequence LIMIT ?::integer FOR UPDATE SKIP LOCKED) AS ready
                ORDER BY ready.priority DESC, ready.sequence LIMIT ?::integer),
            claimed AS (
                UPDATE martlet_message AS m
                SET state = 2 + extras, available_at = ?, holder = ?, attempt = attempt + 1, token = token + 1
                FROM candidate WHERE m.sequence = candidate.sequence RETURNING m.*),
            freed AS (
                DELETE FROM martlet_unique_lock USING claimed
                WHERE claimed.extras = 1 AND martlet_unique_lock.message = claimed.id
                    AND martlet_unique_lock.release = 'started')
            SELECT \(columns), attempt, token, sequence, published_at, checkpoint
            FROM claimed JOIN martlet_payload USING (sequence) ORDER BY priority DESC, sequence
            """,
            [.texts(queues), .number(limit), .number(limit), .moment(lease), .integer(Int64(holder))], received)
    }

    private static func received(_ row: inout RowDecoder) throws -> ReceivedMessage {
        let message = try message(&row)
        let attempt: Int = try row.next()
        let (token, sequence): (Int64, Int64) = (try row.next(), try row.next())
        let published = try row.moment()
        let checkpoint: Data? = try row.next()
        return ReceivedMessage(
            message: message, attempt: attempt, receipt: Receipt(id: message.id, token: "\(sequence):\(token)"),
            checkpoint: try checkpoint.map { try JSONParser.parse([UInt8]($0)) }, publishedAt: published)
    }

    // MARK: Settling

    /// Ends deliveries; those whose lease was lost are passed over.
    ///
    /// - Returns: Whether others may have something to receive now: a message given back, or one that waits for a permit.
    static func settle(_ tx: some QueryExecutor, _ settlements: [Settlement], at now: Date) async throws -> Bool {
        let done = settlements.filter { $0.disposition == .acknowledge }
        let rest = try await acknowledge(tx, done.compactMap { key(of: $0.receipt) })
        var others = settlements.filter { $0.disposition != .acknowledge }
        if !rest.isEmpty {
            others += done.filter { settlement in rest.contains { $0 == key(of: settlement.receipt)?.sequence } }
        }
        var offersMore = settlements.count > done.count
        for settlement in others {
            guard let (sequence, token) = key(of: settlement.receipt) else { continue }
            if try await end(tx, sequence, token, settlement.disposition, at: now) { continue }
            guard try await endExtras(tx, sequence, token, settlement.disposition) else { continue }
            offersMore = true
            _ = try await end(tx, sequence, token, settlement.disposition, at: now)
        }
        return offersMore
    }

    /// Drops messages that are done; returns those it has not dropped, whose lease was lost or which have extras.
    private static func acknowledge(
        _ tx: some QueryExecutor, _ keys: [(sequence: Int64, token: Int64)]
    ) async throws -> Set<Int64> {
        let gone = try await tx.all(
            """
            WITH gone AS (DELETE FROM martlet_message WHERE sequence = ? AND token = ? AND state = 2 RETURNING sequence),
            payload AS (DELETE FROM martlet_payload USING gone WHERE martlet_payload.sequence = gone.sequence)
            SELECT sequence FROM gone
            """, each: keys.map { [.integer($0.sequence), .integer($0.token)] }
        ) { try $0.next(as: Int64.self) }
        return Set(keys.map(\.sequence)).subtracting(gone)
    }

    /// Ends the delivery of a message without extras; returns whether it was one.
    private static func end(
        _ tx: some QueryExecutor, _ sequence: Int64, _ token: Int64, _ disposition: Settlement.Disposition, at now: Date
    ) async throws -> Bool {
        let held = "WHERE sequence = ? AND token = ? AND state = 2"
        let key: [SQLValue] = [.integer(sequence), .integer(token)]
        switch disposition {
        case .acknowledge:
            return try await acknowledge(tx, [(sequence, token)]).isEmpty
        case .requeue:
            return try await tx.change(
                "UPDATE martlet_message SET state = 0, holder = NULL, attempt = greatest(attempt - 1, 0) \(held)", key)
                > 0
        case .redeliver:
            return try await tx.change("UPDATE martlet_message SET state = 0, holder = NULL \(held)", key) > 0
        case .defer(let moment):
            return try await tx.change(
                """
                UPDATE martlet_message SET state = 1, available_at = ?, holder = NULL,
                    attempt = greatest(attempt - 1, 0) \(held)
                """, [.moment(moment)] + key) > 0
        case .replace(let message):
            return try await replace(tx, key, with: message, at: now)
        case .handOver(let messages):
            guard try await acknowledge(tx, [(sequence, token)]).isEmpty else { return false }
            _ = try await publish(tx, messages, at: now)
            return true
        case .deadLetter(let reason, let error):
            return try await DeadLetterTable.move(tx, key, reason: reason, error: error, at: now)
        }
    }

    private static func replace(
        _ tx: some QueryExecutor, _ key: [SQLValue], with message: WireMessage, at now: Date
    ) async throws -> Bool {
        let delayed = message.eta.flatMap { $0 > now ? $0 : nil }
        return try await tx.change(
            """
            WITH changed AS (
                UPDATE martlet_message SET queue = ?, priority = ?, eta = ?, expires = ?, state = ?, available_at = ?,
                    holder = NULL, attempt = 0
                WHERE sequence = ? AND token = ? AND state = 2 RETURNING sequence)
            UPDATE martlet_payload SET headers = ?, properties = ?, body = ? FROM changed
            WHERE martlet_payload.sequence = changed.sequence
            """,
            [
                .text(message.queue), .number(message.priority), .moment(message.eta), .moment(message.expires),
                .number(delayed == nil ? MessageState.ready : MessageState.delayed),
                delayed.map { .moment($0) } ?? .integer(0),
            ] + key + [.blob(message.headers), .blob(message.properties), .blob(message.body)]) > 0
    }

    /// Renews leases; returns the receipts whose lease was lost.
    static func extendLeases(
        _ tx: some QueryExecutor, of receipts: [Receipt], until lease: Date
    ) async throws -> [Receipt] {
        let held = try await tx.all(
            """
            UPDATE martlet_message SET available_at = ? WHERE sequence = ? AND token = ? AND state >= 2
            RETURNING sequence, token
            """,
            each: receipts.compactMap(key(of:)).map { [.moment(lease), .integer($0.sequence), .integer($0.token)] }
        ) { "\(try $0.next(as: Int64.self)):\(try $0.next(as: Int64.self))" }
        let kept = Set(held)
        return receipts.filter { !kept.contains($0.token) }
    }

    // MARK: Looking

    static func depth(_ tx: some QueryExecutor, of queue: String, at now: Date) async throws -> QueueDepth {
        let rows = try await tx.all(
            """
            SELECT CASE WHEN state > 0 AND available_at <= ? THEN 0 ELSE state END, count(*), min(published_at)
            FROM martlet_message WHERE queue = ? GROUP BY 1
            """, [.moment(now), .text(queue)]
        ) { (state: try $0.next(as: Int.self), count: try $0.next(as: Int.self), oldest: try $0.moment()) }
        return rows.reduce(into: QueueDepth()) { depth, row in
            switch row.state {
            case MessageState.ready:
                depth.ready = row.count
                depth.oldest = row.oldest
            case MessageState.delayed, MessageState.parked: depth.delayed += row.count
            default: depth.leased += row.count
            }
        }
    }

    static func purge(_ tx: some QueryExecutor, _ queue: String) async throws -> Int {
        let extras = try await purgeExtras(tx, queue)
        let plain = try await tx.all(
            """
            WITH gone AS (
                DELETE FROM martlet_message WHERE queue = ? AND state < 2 AND extras = 0 RETURNING sequence),
            payload AS (DELETE FROM martlet_payload USING gone WHERE martlet_payload.sequence = gone.sequence)
            SELECT count(*) FROM gone
            """, [.text(queue)]
        ) { try $0.next(as: Int.self) }
        return extras + (plain.first ?? 0)
    }
}
