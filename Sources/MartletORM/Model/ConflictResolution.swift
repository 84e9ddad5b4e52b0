/// What an insert does with a row that a unique constraint refuses.
public struct ConflictResolution<Table: Model>: Sendable {
    /// The clause, or why there is none.
    let clause: Result<String, ORMError>

    /// Leaves the row there is, and passes over the new one.
    public static var ignore: ConflictResolution { ConflictResolution(clause: .success(" ON CONFLICT DO NOTHING")) }

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
        var problems: [ORMError?] = []
        repeat changes.append(root[keyPath: each columns].ownName.sqlIdentifier)
        repeat unique.append(root[keyPath: each keys].ownName.sqlIdentifier)
        repeat problems.append(root[keyPath: each columns].problem)
        repeat problems.append(root[keyPath: each keys].problem)
        if let problem = problems.lazy.compactMap(\.self).first { return ConflictResolution(clause: .failure(problem)) }
        let list = changes.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        return ConflictResolution(
            clause: .success(" ON CONFLICT (\(unique.joined(separator: ", "))) DO UPDATE SET \(list)"))
    }
}
