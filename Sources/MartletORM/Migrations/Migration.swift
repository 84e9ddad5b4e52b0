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
/// gets a new column, replace `creating:` by the statements, which ``sql(for:)`` has, and add a migration for the column.
public struct Migration: Sendable {
    /// The name, by which a database remembers that it was applied.
    public let name: String
    private let statements: @Sendable (Dialect) -> [String]
    let problem: ORMError?

    /// The statements in the order in which they run on SQLite.
    public var sql: [String] { sql(for: .sqlite) }

    /// The statements in the order in which they run on a database of that product.
    public func sql(for dialect: Dialect) -> [String] { statements(dialect) }

    /// Makes a migration of statements written by hand.
    public init(_ name: String, sql: [String]) {
        self.init(name) { _ in sql }
    }

    /// Makes a migration of statements written by hand for each database product that the program runs on.
    public init(_ name: String, statements: @escaping @Sendable (Dialect) -> [String]) {
        self.name = name
        self.statements = statements
        problem = nil
    }

    /// Makes a migration that creates the tables and indexes of models, those referred to first.
    ///
    /// Models may refer to each other in a circle.
    ///
    /// A many-to-many relation with a table of its own has that created with its model. A foreign key to a model that is
    /// not among them needs an earlier migration that creates it.
    public init(_ name: String, creating models: [any Model.Type]) {
        self.name = name
        problem = models.flatMap { TableDefinition.tables(of: $0, .sqlite) }.compactMap(\.problem).first
        statements = { dialect in
            TableDefinition.sql(creating: models.flatMap { TableDefinition.tables(of: $0, dialect) }, dialect)
        }
    }

    /// A number that changes when the statements do: FNV-1a of 64 bits, in hexadecimal.
    func checksum(_ dialect: Dialect) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in sql(for: dialect) {
            for byte in statement.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = hash &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
