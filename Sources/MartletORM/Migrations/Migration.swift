/// One step in the history of a database: a name and the statements it runs.
///
/// ```swift
/// let migrations = [
///     Migration("0001_initial", creating: [Client.self, Invoice.self, Line.self]),
///     Migration("0002_vat", sql: ["ALTER TABLE invoice ADD COLUMN vat INTEGER NOT NULL DEFAULT 0"]),
/// ]
/// ```
///
/// A migration that was applied anywhere must not change. One made from models does change when they do: before a model
/// gets a new column, replace `creating:` by the statements, which ``sql`` has, and add a migration for the column.
public struct Migration: Sendable {
    /// The name, by which a database remembers that it was applied.
    public let name: String
    /// The statements in the order in which they run.
    public let sql: [String]
    let problem: ORMError?

    /// Makes a migration of statements written by hand.
    public init(_ name: String, sql: [String]) {
        self.name = name
        self.sql = sql
        problem = nil
    }

    /// Makes a migration that creates the tables and indexes of models, those referred to first.
    ///
    /// A foreign key to a model that is not among them needs an earlier migration that creates it.
    public init(_ name: String, creating models: [any Model.Type]) {
        self.name = name
        let tables = models.map { TableDefinition($0) }
        problem = tables.compactMap(\.problem).first
        sql = TableDefinition.ordered(tables).flatMap(\.sql)
    }

    /// A number that changes when the statements do: FNV-1a of 64 bits, in hexadecimal.
    var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in sql {
            for byte in statement.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = hash &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
