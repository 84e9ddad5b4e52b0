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

    /// An index in which two rows may not have the same values.
    ///
    /// Name a foreign key's column by `\.client.id`.
    public static func unique<each Value>(
        _ columns: repeat KeyPath<Table.Columns, Column<each Value>>
    ) -> ModelIndex {
        ModelIndex(columns: names(repeat each columns), isUnique: true)
    }

    /// An index that helps to find rows by these columns.
    public static func index<each Value>(_ columns: repeat KeyPath<Table.Columns, Column<each Value>>) -> ModelIndex {
        ModelIndex(columns: names(repeat each columns), isUnique: false)
    }

    private static func names<each Value>(_ columns: repeat KeyPath<Table.Columns, Column<each Value>>) -> [String] {
        let root = Table.Columns(joinPath: .root)
        var names: [String] = []
        repeat names.append(root[keyPath: each columns].ownName)
        return names
    }
}
