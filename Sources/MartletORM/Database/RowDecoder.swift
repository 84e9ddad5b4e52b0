/// Reads a row from left to right; what the macro writes asks for one column after the other.
///
/// There is one for all rows of a result, and it is not copied: no column may be read after its row.
public struct RowDecoder: ~Copyable {
    @usableFromInline let columns: CellReader
    /// Kept for as long as the columns are read through it.
    private let rest: DriverReader
    @usableFromInline var next = 0

    /// The position of the next column, from 0.
    public var position: Int { next }

    /// Begins at the first column of a row.
    public init(_ reader: any ColumnReader) {
        self.init(UnsafeBufferPointer(start: nil, count: 0), reader)
    }

    /// Begins at the first column of a row whose columns are in cells too, which must outlive the decoder.
    package init(_ cells: UnsafeBufferPointer<ColumnCell>, _ reader: any ColumnReader) {
        rest = DriverReader(reader)
        columns = CellReader(cells, rest)
    }

    /// Goes back to the first column: the driver has another row there.
    package mutating func rewind() { next = 0 }

    /// Reads the next column.
    ///
    /// - Throws: ``ORMError`` with code `decoding` when it holds something that is not a `Value`.
    @inlinable
    public mutating func next<Value: ColumnValue>(as type: Value.Type = Value.self) throws -> Value {
        // Inlined into what the macro writes, as is all that it calls: there a column is a load and a comparison.
        let value = try Value(from: columns, at: next)
        next += 1
        return value
    }

    /// Reads the next column, whatever its type.
    mutating func nextValue() throws -> SQLValue {
        defer { next += 1 }
        return columns.value(at: next)
    }

    /// Whether the column so many further on holds `NULL`; nothing is consumed.
    @inlinable
    func isNull(ahead count: Int) -> Bool { columns.isNull(at: next + count) }

    /// The whole number in the column so many further on; nothing is consumed.
    @inlinable
    func wholeNumber(ahead count: Int) throws -> Int64 { try Int64(from: columns, at: next + count) }

    /// Passes over columns.
    @inlinable
    mutating func skip(_ count: Int) {
        next += count
    }

    /// The whole row, whatever its columns.
    func row() -> SQLRow {
        let positions = 0..<columns.columnCount
        return SQLRow(columns: positions.map(columns.name(at:)), values: positions.map(columns.value(at:)))
    }
}
