/// A column that has another value in each row, so that a foreign key can refer to rows by it.
///
/// `@Model` writes one for each required property with `@Unique`, named as the property with `Key` behind it: `name` of
/// `Author` has `Author.NameKey`, and ``KeyedReference`` refers to an author by it. ``PrimaryKey`` is the one that each model
/// has.
public protocol UniqueKey: Sendable {
    /// The model whose rows have it.
    associatedtype Table: Model
    /// The type of the column.
    associatedtype Value: ColumnValue
    /// The column's name.
    static var column: String { get }
    /// The value of a row.
    static func key(of row: Table) -> Value
}

/// The primary key of a model, to which a foreign key refers unless it says otherwise.
public enum PrimaryKey<Table: Model>: UniqueKey {
    /// The column's name.
    public static var column: String { Table.schema.primaryKey }

    /// The row's key.
    @inlinable
    public static func key(of row: Table) -> Table.ID { row.id }
}
