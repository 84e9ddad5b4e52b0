/// A foreign key that leads to rows of several models: one column holds the name of the table, another one the key.
///
/// ```swift
/// @Model("tagged_item")
/// struct TaggedItem {
///     var id: Int
///     var tag: String
///     var contentType: String
///     var contentID: Int
///
///     static let content = GenericForeignKey<TaggedItem, Int>(type: \.contentType, key: \.contentID)
///     static var indexes: [ModelIndex<TaggedItem>] { [.index(\.contentType, \.contentID)] }
/// }
///
/// TaggedItem(tag: "new", contentType: Book.schema.table, contentID: book.id)
/// ```
///
/// Where the models have keys of different types, the column is a text, with which whole numbers and identifiers are
/// compared too. The database does not check such a key: what it leads to may be gone.
public struct GenericForeignKey<Source: Model, Key: ColumnValue & Hashable>: Sendable {
    let typeColumn: String
    let keyColumn: String
    private let typePosition: Int
    private let keyPosition: Int
    private let problem: ORMError?

    /// Names the two columns; both may be nullable.
    ///
    /// Name a foreign key's column by `\.author.id`. With another column of a related row, all that is loaded by the key
    /// throws ``ORMError`` with code `invalidModel`.
    public init<TypeName: ColumnValue>(
        type: KeyPath<Source.Columns, Column<TypeName>>, key: KeyPath<Source.Columns, Column<Key>>
    ) {
        let columns = Source.Columns(joinPath: .root)
        let (type, key) = (columns[keyPath: type], columns[keyPath: key])
        typeColumn = type.ownName
        keyColumn = key.ownName
        let part = "A generic foreign key"
        problem = type.problem(in: Source.self, part) ?? key.problem(in: Source.self, part)
        let names = Source.schema.columns.map(\.name)
        typePosition = names.firstIndex(of: typeColumn) ?? 0
        keyPosition = names.firstIndex(of: keyColumn) ?? 0
    }

    /// Throws if it is not made of two columns of its model.
    func check() throws(ORMError) {
        if let problem { throw problem }
    }

    /// The table and the key that a row refers to, `nil` when one of them is `NULL`.
    func target(of row: Source) -> (type: String, key: SQLValue)? {
        let values = row.columnValues
        guard case .text(let type) = values[typePosition], !values[keyPosition].isNull else { return nil }
        return (type, values[keyPosition])
    }

    /// The condition that a row refers to the table.
    func leads(to type: String) -> SQLFragment {
        .column(.root, typeColumn) + " = " + .value(.text(type))
    }
}

extension SQLValue {
    /// The value as a key of another type that stands for the same row: 7 for "7"; `nil` when there is none.
    func key<Key: ColumnValue>(as type: Key.Type) -> Key? {
        let value: SQLValue
        switch (Key.storage, self) {
        case (.integer, .text(let text)):
            guard let number = Int64(text) else { return nil }
            value = .integer(number)
        case (.text, .integer(let number)), (.uuid, .integer(let number)): value = .text(String(number))
        default: value = self
        }
        return try? Key(from: SQLRow(columns: ["key"], values: [value]), at: 0)
    }
}
