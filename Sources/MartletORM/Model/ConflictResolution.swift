/// What an insert does with a row that a unique constraint refuses.
public struct ConflictResolution<Table: Model>: Sendable {
    let clause: String

    /// Leaves the row there is, and passes over the new one.
    public static var ignore: ConflictResolution { ConflictResolution(clause: " ON CONFLICT DO NOTHING") }

    /// Writes columns of the new row into the row there is: `.update(\.country, on: \.name)`.
    ///
    /// - Parameters:
    ///   - columns: The columns to write.
    ///   - keys: The columns of the unique constraint, all of them.
    public static func update<each Value, each Key>(
        _ columns: repeat KeyPath<Table.Columns, Column<each Value>>,
        on keys: repeat KeyPath<Table.Columns, Column<each Key>>
    ) -> ConflictResolution {
        let root = Table.Columns(joinPath: .root)
        var changes: [String] = []
        var unique: [String] = []
        repeat changes.append(root[keyPath: each columns].ownName.sqlIdentifier)
        repeat unique.append(root[keyPath: each keys].ownName.sqlIdentifier)
        let list = changes.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        return ConflictResolution(clause: " ON CONFLICT (\(unique.joined(separator: ", "))) DO UPDATE SET \(list)")
    }
}
