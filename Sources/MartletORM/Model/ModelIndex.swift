/// An index over one or more columns, unique or not.
///
/// ```swift
/// static var indexes: [ModelIndex<TimeEntry>] { [.unique(\.source, \.externalKey), .index(\.startedAt)] }
/// ```
public struct ModelIndex<Table: Model>: Sendable {
    /// The names of the columns, in order.
    public let columns: [String]
    /// Whether two rows may not have the same values in all of them.
    public let isUnique: Bool
    /// Why there can be no such index, if there can be none.
    let problem: ORMError?

    private init<each Value>(_ columns: repeat KeyPath<Table.Columns, Column<each Value>>, isUnique: Bool) {
        let root = Table.Columns(joinPath: .root)
        var names: [String] = []
        var problems: [ORMError?] = []
        repeat names.append(root[keyPath: each columns].ownName)
        repeat problems.append(root[keyPath: each columns].problem(in: Table.self, "An index"))
        self.columns = names
        self.isUnique = isUnique
        problem = problems.lazy.compactMap(\.self).first
    }

    /// An index in which two rows may not have the same values.
    ///
    /// Name a foreign key's column by `\.client.id`. No other column of a related row can be in an index: a migration that
    /// creates the model throws ``ORMError`` with code `invalidModel`.
    public static func unique<each Value>(
        _ columns: repeat KeyPath<Table.Columns, Column<each Value>>
    ) -> ModelIndex {
        ModelIndex(repeat each columns, isUnique: true)
    }

    /// An index that helps to find rows by these columns.
    public static func index<each Value>(_ columns: repeat KeyPath<Table.Columns, Column<each Value>>) -> ModelIndex {
        ModelIndex(repeat each columns, isUnique: false)
    }
}
