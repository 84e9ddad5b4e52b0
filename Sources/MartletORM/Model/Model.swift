/// A struct whose values are the rows of a table; the `@Model` macro writes everything below.
public protocol Model: ModelRow, Identifiable where ID: ColumnValue & Encodable, Root == Self {
    /// The columns and relations, as a filter's closure sees them.
    associatedtype Columns: ModelColumns where Columns.Table == Self
    /// The relations, as `selectRelated(\.client)` names them.
    associatedtype Relations
    /// The primary key.
    var id: ID { get set }
    /// The table, its columns and keys.
    static var schema: ModelSchema { get }
    /// Indexes beyond those of single columns; unique ones are written here too.
    static var indexes: [ModelIndex<Self>] { get }
    /// The values of the columns, in the order of the schema.
    var columnValues: [SQLValue] { get }
    /// Reads a row whose columns are in the order of the schema.
    init(from row: inout RowDecoder) throws
}

extension Model {
    /// All rows of the table: where a query begins.
    @inlinable public static var objects: QuerySet<Self> { QuerySet() }

    /// A foreign key to this row.
    public var reference: Reference<Self> { Reference(self) }

    /// No further indexes.
    public static var indexes: [ModelIndex<Self>] { [] }

    /// The row itself.
    @inlinable public var root: Self { self }
}

/// The columns of a model, reached by a path of relations from the rows of a query.
public protocol ModelColumns: Sendable {
    /// The model whose columns they are.
    associatedtype Table: Model
    /// The way to them.
    var joinPath: JoinPath { get }
    /// Makes the columns at the end of a way.
    init(joinPath: JoinPath)
}

extension ModelColumns {
    /// Whether there is no such row: true where a nullable foreign key is `NULL`.
    public var isNull: Condition {
        Condition(key + " IS NULL")
    }

    /// Whether there is such a row.
    public var isNotNull: Condition {
        Condition(key + " IS NOT NULL")
    }

    /// What each row has: where a foreign key leads to it, that column, which needs no join.
    private var key: SQLFragment {
        let hop = joinPath.hops.last
        return .column(joinPath, hop.flatMap { $0.isForeignKey ? $0.key : nil } ?? Table.schema.primaryKey)
    }
}
