extension Array: ColumnValue where Element: ColumnValue {
    /// Stored as an array of the element's type, on SQLite as text with a JSON array.
    public static var storage: ColumnStorage { .array(Element.storage) }
    /// The elements in order.
    public var sqlValue: SQLValue { .array(map(\.sqlValue)) }

    /// Reads every element.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let values = row.array(at: position) else {
            throw row.mismatch(at: position, expected: [Element].self)
        }
        let elements = ArrayElements(name: row.name(at: position), values: values)
        self = try values.indices.map { try Element(from: elements, at: $0) }
    }
}

/// The elements of an array as columns of a row, all with the array's name.
private struct ArrayElements: ColumnReader {
    let name: String
    let values: [SQLValue]

    var columnCount: Int { values.count }
    func name(at position: Int) -> String { name }
    func value(at position: Int) -> SQLValue { values[position] }
}
