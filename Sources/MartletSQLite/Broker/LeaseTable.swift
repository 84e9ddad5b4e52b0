import GRDB
import MartletTasks

import enum MartletORM.SQLValue

/// The leases of messages without extras, and every statement on them: a narrow row for each message in hand.
///
/// A lease changes nothing of its message, which stays `state = 0` and is written once and deleted once: a row with all
/// of a message's bytes would be written again at each claim. Whatever is more than to acknowledge writes the lease into
/// the message first (``MessageState/leased``), from where on the statements for all leases do the rest.
enum LeaseTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS martlet_lease (
            sequence INTEGER PRIMARY KEY, token INTEGER NOT NULL, holder INTEGER NOT NULL,
            available_at INTEGER NOT NULL);
        """

    /// A condition of a message that nobody has a lease of.
    static let isFree = """
        NOT EXISTS (SELECT 1 FROM martlet_lease AS lease WHERE lease.sequence = martlet_message.sequence)
        """

    /// The statement that adds a lease: sequence, token, holder, end.
    static func insert(on db: Database) throws -> PreparedStatement {
        try PreparedStatement(
            "INSERT INTO martlet_lease (sequence, token, holder, available_at) VALUES (?, ?, ?, ?)", on: db)
    }

    /// Drops a lease; returns whether it was held.
    static func drop(_ db: Database, _ sequence: Int64, _ token: Int64) throws -> Bool {
        try db.execute(
            cached: "DELETE FROM martlet_lease WHERE sequence = ? AND token = ?",
            bindings: [.integer(sequence), .integer(token)])
        return db.changesCount > 0
    }

    /// Renews a lease; returns whether it was held.
    static func extend(_ db: Database, _ sequence: Int64, _ token: Int64, until lease: Int64) throws -> Bool {
        try db.execute(
            cached: "UPDATE martlet_lease SET available_at = ? WHERE sequence = ? AND token = ?",
            bindings: [.integer(lease), .integer(sequence), .integer(token)])
        return db.changesCount > 0
    }

    /// Whether a lease has run out.
    static func anyDue(_ db: Database, at now: Int64) throws -> Bool {
        let isDue = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM martlet_lease WHERE available_at <= ?)"),
            arguments: [now])
        return isDue == true
    }
}

// MARK: - Into the message

extension LeaseTable {
    /// Writes a lease into its message.
    static func unfold(_ db: Database, _ sequence: Int64, _ token: Int64) throws {
        try unfold(db, "lease.sequence = ? AND lease.token = ?", [sequence, token])
    }

    /// Writes leases that have run out into their messages.
    static func unfoldDue(_ db: Database, at now: Int64) throws {
        guard try anyDue(db, at: now) else { return }
        try unfold(db, "lease.available_at <= ?", [now])
    }

    /// Writes all leases of a holder into their messages.
    static func unfold(_ db: Database, holder: Int64) throws { try unfold(db, "lease.holder = ?", [holder]) }

    private static func unfold(_ db: Database, _ condition: String, _ arguments: [Int64]) throws {
        try db.execute(
            cached: """
                UPDATE martlet_message SET state = 2, available_at = lease.available_at, holder = lease.holder,
                    attempt = attempt + 1, token = lease.token
                FROM martlet_lease AS lease WHERE martlet_message.sequence = lease.sequence AND \(condition)
                """, arguments)
        try db.execute(cached: "DELETE FROM martlet_lease AS lease WHERE \(condition)", arguments)
    }
}
