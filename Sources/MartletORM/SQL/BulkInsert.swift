/// An insert in pieces, so that a driver can put many rows into one statement.
package struct BulkInsert: Sendable {
    private struct Column: Sendable {
        var name: String
        /// What stands for a row's value, with a `?` in it.
        var place: String
        var storage: ColumnStorage
    }

    private let table: String
    private let columns: [Column]
    private let key: Int?
    private let tail: String

    /// - Parameter tail: What follows the values.
    init(_ schema: ModelSchema, _ dialect: Dialect, tail: String) {
        table = schema.table
        columns = schema.columns.map { column in
            Column(
                name: column.name.sqlIdentifier, place: dialect.insertPlace(column, of: schema.table),
                storage: column.storage)
        }
        key = schema.keyPosition
        self.tail = tail
    }

    /// The number of values of a row.
    package var width: Int { columns.count }

    /// The statement for so many rows, with a placeholder for each of their values.
    package func text(rows: Int) -> String {
        let tuple = "(" + columns.map(\.place).joined(separator: ", ") + ")"
        return "INSERT INTO \(table.sqlIdentifier) (\(columns.map(\.name).joined(separator: ", "))) VALUES "
            + Array(repeating: tuple, count: rows).joined(separator: ", ") + tail
    }

    /// The statement for any number of rows, with a placeholder for the array of each column's values; the columns that
    /// it wants come with it, and what they store.
    ///
    /// A key that is `NULL` in every row is left to the database. It is `nil` where a column is an array itself, which
    /// PostgreSQL would take apart.
    package func arrays(_ rows: ArraySlice<[SQLValue]>) -> (
        text: String, columns: [(position: Int, storage: ColumnStorage)]
    )? {
        let hasArrays = columns.contains { if case .array = $0.storage { true } else { false } }
        guard !hasArrays else { return nil }
        let leavesKey = key.map { key in columns[key].place != "?" && rows.allSatisfy { $0[key].isNull } } ?? false
        let used = columns.indices.filter { !leavesKey || $0 != key }
        guard !used.isEmpty else { return nil }
        let names = used.map { columns[$0].name }.joined(separator: ", ")
        let values = used.map { columns[$0].place.replacing("?", with: "r.c\($0)") }.joined(separator: ", ")
        let arrays = used.map { "?::\(Dialect.postgreSQL.typeName(of: .array(columns[$0].storage)))" }
        let aliases = used.map { "c\($0)" }.joined(separator: ", ")
        let text =
            "INSERT INTO \(table.sqlIdentifier) (\(names)) SELECT \(values) "
            + "FROM unnest(\(arrays.joined(separator: ", "))) AS r(\(aliases))\(tail)"
        return (text, used.map { ($0, columns[$0].storage) })
    }
}
