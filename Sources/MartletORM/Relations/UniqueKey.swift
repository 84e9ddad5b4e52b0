/// A column that has another value in each row, so that a foreign key can refer to rows by it.
///
/// `@Model` writes one for each property with `@Unique`, named as the property with `Key` behind it: `name` of `Author` has
/// `Author.NameKey`, and ``KeyedReference`` refers to an author by it. It is a ``RequiredKey`` unless the property is
/// optional. ``PrimaryKey`` is the one that each model has.
public protocol UniqueKey: Sendable {
    /// The model whose rows have it.
    associatedtype Table: Model
    /// The type of what the column holds when it is not `NULL`.
    associatedtype Value: ColumnValue
    /// The column's name.
    static var column: String { get }
    /// What a row has in the column; `nil` for `NULL`, by which nothing refers to the row.
    static func value(of row: Table) -> Value?
}

/// A unique column that each row has a value in.
public protocol RequiredKey: UniqueKey {
    // Named here again, so that the compiler finds them by `key(of:)`.
    /// The model whose rows have it.
    associatedtype Table
    /// The type of the column.
    associatedtype Value
    /// The value of a row.
    static func key(of row: Table) -> Value
}

extension RequiredKey {
    /// The value of a row.
    @inlinable
    public static func value(of row: Table) -> Value? { key(of: row) }
}

/// The primary key of a model, to which a foreign key refers unless it says otherwise.
public enum PrimaryKey<Table: Model>: RequiredKey {
    /// The column's name.
    public static var column: String { Table.schema.primaryKey }

    /// The row's key.
    @inlinable
    public static func key(of row: Table) -> Table.ID { row.id }
}
