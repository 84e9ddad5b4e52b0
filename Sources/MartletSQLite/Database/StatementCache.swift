import GRDB

/// The statements of a connection that ran on the thread of who asked, by their texts.
///
/// GRDB has them too, but only on its queue.
// Its lock is the turn of its SQLiteConnection: only who has that touches it, and runs what it finds.
final class StatementCache: @unchecked Sendable {
    private var statements: [String: PreparedStatement] = [:]

    /// A statement that was prepared before.
    func find(_ text: String) -> PreparedStatement? { statements[text] }

    /// Finds or prepares a statement, on the database's queue.
    func prepare(_ text: String, on database: GRDB.Database) throws -> PreparedStatement {
        if let known = statements[text] { return known }
        let prepared = try PreparedStatement(text, on: database)
        statements[text] = prepared
        return prepared
    }

    /// Lets all go, so that the connection can be closed.
    func clear() { statements = [:] }
}
