/// A row of a statement written by hand: names and values in the order of its columns.
public struct SQLRow: Sendable, Hashable {
    /// The names of the columns, as the statement gave them.
    public let columns: [String]
    /// The values, one for each column.
    public let values: [SQLValue]

    /// Makes a row from its names and values.
    public init(columns: [String], values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The value of the first column with that name, or `nil` when there is no such column.
    public subscript(_ column: String) -> SQLValue? {
        columns.firstIndex(of: column).map { values[$0] }
    }

    /// Decodes the value of a column.
    ///
    /// - Throws: ``ORMError`` with code `decoding` when there is no such column or its value is of another type.
    public func value<Value: ColumnValue>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let position = columns.firstIndex(of: column) else {
            throw ORMError(
                .decoding,
                "The row has no column \"\(column)\"; its columns are \(columns.joined(separator: ", ")). "
                    + "Name one of them, or add AS \"\(column)\" to the statement.")
        }
        return try Value(from: self, at: position)
    }
}

extension SQLRow: ColumnReader {
    /// The number of columns.
    public var columnCount: Int { columns.count }
    /// The name of the column at a position.
    public func name(at position: Int) -> String { columns[position] }
    /// The value of the column at a position.
    public func value(at position: Int) -> SQLValue { values[position] }
}
