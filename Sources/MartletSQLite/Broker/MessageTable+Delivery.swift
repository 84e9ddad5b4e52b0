import Foundation
import GRDB
import MartletTasks

import enum MartletORM.SQLValue

extension MessageTable {
    /// Makes ready what has become due: messages whose eta has come and leases that have run out.
    static func promote(_ db: Database, at now: Date) throws {
        try LeaseTable.unfoldDue(db, at: micros(now))
        try db.execute(
            cached: """
                UPDATE martlet_message SET state = 0, holder = NULL WHERE state > 0 AND state < 3 AND available_at <= ?
                """, [micros(now)])
        try promoteExtras(db, at: now)
    }

    /// Whether a claim may find something; asked before taking the write lock.
    static func hasReady(_ db: Database, in queues: [String], at now: Date) throws -> Bool {
        let isDue = try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM martlet_message WHERE state > 0 AND available_at <= ?)"),
            arguments: [micros(now)])
        if try isDue == true || LeaseTable.anyDue(db, at: micros(now)) { return true }
        for queue in queues {
            let isReady = try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT EXISTS (
                            SELECT 1 FROM martlet_message WHERE queue = ? AND state = 0 AND \(LeaseTable.isFree))
                        """),
                arguments: [queue])
            if isReady == true { return true }
        }
        return false
    }

    /// A message that has been leased.
    struct Claim: Sendable {
        let sequence: Int64
        let token: Int64
        /// The message, if it was read at once.
        var message: ReceivedMessage?

        /// What the delivery is settled by.
        func receipt(of id: String) -> Receipt { Receipt(id: id, token: "\(sequence):\(token)") }
    }

    /// Leases up to `limit` ready messages, the most urgent and then the oldest first.
    ///
    /// A few are read at once. Of many only the leases are written, and ``read(_:_:)`` does the rest on another
    /// connection, so that the transaction that others wait for is short.
    static func claim(
        _ db: Database, from queues: [String], limit: Int, until lease: Date, holder: Int64
    ) throws -> [Claim] {
        let candidates = try candidates(db, in: queues, limit: limit)
        let (read, take) = (try readStatement(db), try LeaseTable.insert(on: db))
        let lease = SQLValue.integer(micros(lease))
        return try candidates.map { candidate in
            var claim = Claim(sequence: candidate.sequence, token: candidate.token)
            if candidate.hasExtras || candidates.count <= fewMessages { claim.message = try message(read, of: claim) }
            if candidate.hasExtras {
                try takeWithExtras(db, claim.sequence, until: lease, holder: holder)
                try addExtras(db, to: &claim.message, sequence: claim.sequence)
            } else {
                try take.run([.integer(claim.sequence), .integer(claim.token), .integer(holder), lease]) { _ in }
            }
            return claim
        }
    }

    /// Up to how many messages are read in the transaction that leases them.
    private static let fewMessages = 8

    /// The leased messages; on any connection, after the commit.
    static func read(_ db: Database, _ claims: [Claim]) throws -> [ReceivedMessage] {
        let read = try readStatement(db)
        return try claims.compactMap { claim in try claim.message ?? message(read, of: claim) }
    }

    private static func readStatement(_ db: Database) throws -> PreparedStatement {
        try PreparedStatement(
            """
            SELECT id, queue, priority, eta, expires, headers, properties, body, attempt + 1, published_at
            FROM martlet_message WHERE sequence = ?
            """, on: db)
    }

    private static func message(_ read: PreparedStatement, of claim: Claim) throws -> ReceivedMessage? {
        var message: ReceivedMessage?
        try read.run([.integer(claim.sequence)]) { message = received($0, claim) }
        return message
    }

    /// A message that may be leased.
    private struct Candidate {
        let priority: Int64
        let sequence: Int64
        /// What its lease will have.
        let token: Int64
        let hasExtras: Bool
    }

    /// The messages that are to be leased next.
    private static func candidates(_ db: Database, in queues: [String], limit: Int) throws -> [Candidate] {
        let find = try PreparedStatement(
            """
            SELECT priority, sequence, token + 1, extras FROM martlet_message
            WHERE queue = ? AND state = 0 AND \(LeaseTable.isFree)
            ORDER BY priority DESC, sequence LIMIT ?
            """, on: db)
        var candidates: [Candidate] = []
        for queue in queues {
            try find.run([.text(queue), .integer(Int64(limit))]) { row in
                candidates.append(
                    Candidate(
                        priority: row.integer(at: 0) ?? 0, sequence: row.integer(at: 1) ?? 0,
                        token: row.integer(at: 2) ?? 0, hasExtras: row.integer(at: 3) == 1))
            }
        }
        if queues.count > 1 { candidates.sort { ($1.priority, $0.sequence) < ($0.priority, $1.sequence) } }
        return Array(candidates.prefix(limit))
    }

    /// The next moment at which a message of these queues becomes ready by itself.
    static func nextWake(_ db: Database) throws -> Date? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT min(moment) FROM (
                        SELECT min(available_at) AS moment FROM martlet_message WHERE state > 0
                        UNION ALL SELECT min(available_at) FROM martlet_lease)
                    """)
        ).map(date)
    }

    /// Takes back what a dead process holds.
    static func release(_ db: Database, holder: Int64) throws {
        try LeaseTable.unfold(db, holder: holder)
        try db.execute(
            cached: """
                UPDATE martlet_message SET state = 0, holder = NULL WHERE state > 0 AND state = 2 AND holder = ?
                """, [holder])
        try releaseExtras(db, holder: holder)
    }

    /// Ends a delivery; nothing happens if its lease was lost.
    static func settle(_ db: Database, _ settlement: Settlement, at now: Date) throws {
        guard let (sequence, token) = Self.key(of: settlement.receipt) else { return }
        if settlement.disposition != .acknowledge {
            try LeaseTable.unfold(db, sequence, token)
        } else if try LeaseTable.drop(db, sequence, token) {
            return try db.execute(
                cached: "DELETE FROM martlet_message WHERE sequence = ?", bindings: [.integer(sequence)])
        }
        try end(db, sequence, token, settlement.disposition, at: now)
        guard db.changesCount == 0, try endExtras(db, sequence, token, settlement.disposition) else { return }
        try end(db, sequence, token, settlement.disposition, at: now)
    }

    private static func end(
        _ db: Database, _ sequence: Int64, _ token: Int64, _ disposition: Settlement.Disposition, at now: Date
    ) throws {
        switch disposition {
        case .acknowledge:
            try db.execute(
                cached: "DELETE FROM martlet_message WHERE sequence = ? AND token = ? AND state = 2",
                bindings: [.integer(sequence), .integer(token)])
        case .requeue:
            try db.execute(
                cached: """
                    UPDATE martlet_message SET state = 0, holder = NULL, attempt = max(attempt - 1, 0)
                    WHERE sequence = ? AND token = ? AND state = 2
                    """, [sequence, token])
        case .redeliver:
            try db.execute(
                cached: """
                    UPDATE martlet_message SET state = 0, holder = NULL WHERE sequence = ? AND token = ? AND state = 2
                    """, [sequence, token])
        case .defer(let moment):
            try db.execute(
                cached: """
                    UPDATE martlet_message SET state = 1, available_at = ?, holder = NULL, attempt = max(attempt - 1, 0)
                    WHERE sequence = ? AND token = ? AND state = 2
                    """, [micros(moment), sequence, token])
        case .replace(let message):
            try replace(db, sequence, token, with: message, at: now)
        case .handOver(let messages):
            try end(db, sequence, token, .acknowledge, at: now)
            guard db.changesCount > 0 else { return }
            for message in messages { _ = try publish(db, message, at: now) }
        case .deadLetter(let reason, let error):
            try DeadLetterTable.move(db, sequence: sequence, token: token, reason: reason, error: error, at: now)
        }
    }

    private static func replace(
        _ db: Database, _ sequence: Int64, _ token: Int64, with message: WireMessage, at now: Date
    ) throws {
        let delayed = message.eta.flatMap { $0 > now ? $0 : nil }
        try db.execute(
            cached: """
                UPDATE martlet_message SET queue = ?, priority = ?, eta = ?, expires = ?, headers = ?, properties = ?,
                    body = ?, state = ?, available_at = ?, holder = NULL, attempt = 0
                WHERE sequence = ? AND token = ? AND state = 2
                """,
            [
                message.queue, message.priority, message.eta.map(micros), message.expires.map(micros),
                Data(message.headers), Data(message.properties), Data(message.body),
                delayed == nil ? MessageState.ready : MessageState.delayed, delayed.map(micros) ?? 0, sequence, token,
            ])
    }

    /// Renews a lease; returns whether it was still held.
    static func extendLease(_ db: Database, of receipt: Receipt, until lease: Date) throws -> Bool {
        guard let (sequence, token) = key(of: receipt) else { return false }
        if try LeaseTable.extend(db, sequence, token, until: micros(lease)) { return true }
        try db.execute(
            cached: "UPDATE martlet_message SET available_at = ? WHERE sequence = ? AND token = ? AND state >= 2",
            [micros(lease), sequence, token])
        return db.changesCount > 0
    }

    static func depth(_ db: Database, of queue: String, at now: Date) throws -> QueueDepth {
        var depth = QueueDepth()
        // Parts, each of which has an index of its own.
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT 0, count(*), min(published_at) FROM martlet_message
                    WHERE queue = :queue AND state = 0 AND \(LeaseTable.isFree)
                    UNION ALL
                    SELECT CASE WHEN lease.available_at <= :now THEN 0 ELSE 2 END, count(*), min(published_at)
                    FROM martlet_lease AS lease JOIN martlet_message USING (sequence) WHERE queue = :queue GROUP BY 1
                    UNION ALL
                    SELECT CASE WHEN available_at <= :now THEN 0 ELSE state END AS state, count(*), min(published_at)
                    FROM martlet_message WHERE queue = :queue AND state > 0 GROUP BY 1
                    UNION ALL
                    SELECT -1, count(*), NULL FROM martlet_parked JOIN martlet_message USING (sequence)
                    WHERE queue = :queue AND state = -1
                    """), arguments: ["queue": queue, "now": micros(now)])
        while let row = try rows.next() {
            switch row[0] as Int {
            case MessageState.ready:
                depth.ready += row[1]
                let oldest = (row[2] as Int64?).map(date)
                depth.oldest = [depth.oldest, oldest].compactMap(\.self).min()
            case MessageState.delayed, MessageState.parked: depth.delayed += row[1]
            default: depth.leased += row[1]
            }
        }
        return depth
    }

    static func purge(_ db: Database, _ queue: String) throws -> Int {
        try purgeExtras(db, queue)
        try db.execute(
            cached: "DELETE FROM martlet_message WHERE queue = ? AND state < 2 AND \(LeaseTable.isFree)", [queue])
        return db.changesCount
    }

    static func message(_ row: Row) -> WireMessage {
        WireMessage(
            id: row["id"], queue: row["queue"], priority: row["priority"],
            eta: (row["eta"] as Int64?).map(date), expires: (row["expires"] as Int64?).map(date),
            headers: [UInt8](row["headers"] as Data), properties: [UInt8](row["properties"] as Data),
            body: [UInt8](row["body"] as Data))
    }

    /// The message in the columns that are read of a claim.
    private static func received(_ row: SQLiteRowReader, _ claim: Claim) -> ReceivedMessage {
        let message = WireMessage(
            id: row.text(at: 0) ?? "", queue: row.text(at: 1) ?? "", priority: Int(row.integer(at: 2) ?? 0),
            eta: row.integer(at: 3).map(date), expires: row.integer(at: 4).map(date), headers: row.blob(at: 5) ?? [],
            properties: row.blob(at: 6) ?? [], body: row.blob(at: 7) ?? [])
        return ReceivedMessage(
            message: message, attempt: Int(row.integer(at: 8) ?? 0), receipt: claim.receipt(of: message.id),
            publishedAt: row.integer(at: 9).map(date))
    }

    static func key(of receipt: Receipt) -> (sequence: Int64, token: Int64)? {
        guard let colon = receipt.token.utf8.firstIndex(of: UInt8(ascii: ":")),
            let sequence = Int64(receipt.token[..<colon]),
            let token = Int64(receipt.token[receipt.token.index(after: colon)...])
        else { return nil }
        return (sequence, token)
    }
}
