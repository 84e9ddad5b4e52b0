/// Reads a row from left to right; what the macro writes asks for one column after the other.
public struct RowDecoder {
    private let reader: any ColumnReader
    /// The position of the next column, from 0.
    public private(set) var position = 0

    /// Begins at the first column of a row.
    public init(_ reader: any ColumnReader) {
        self.reader = reader
    }

    /// Reads the next column.
    ///
    /// - Throws: ``ORMError`` with code `decoding` when it holds something that is not a `Value`.
    public mutating func next<Value: ColumnValue>(as type: Value.Type = Value.self) throws -> Value {
        let value = try Value(from: reader, at: position)
        position += 1
        return value
    }

    /// Reads the next column, whatever its type.
    mutating func nextValue() throws -> SQLValue {
        defer { position += 1 }
        return reader.value(at: position)
    }

    /// Whether the column so many further on holds `NULL`; nothing is consumed.
    func isNull(ahead count: Int) -> Bool { reader.isNull(at: position + count) }

    /// Passes over columns.
    mutating func skip(_ count: Int) {
        position += count
    }

    /// The whole row, whatever its columns.
    func row() -> SQLRow {
        let positions = 0..<reader.columnCount
        return SQLRow(columns: positions.map(reader.name(at:)), values: positions.map(reader.value(at:)))
    }
}
