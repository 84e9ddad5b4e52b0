/// A relation from one model to another; `@Model` writes a conformer for each property that is one.
///
/// Its name in the model's namespace is the property's with `Relation` behind it: `client` has `Invoice.ClientRelation`.
public protocol Relation: Sendable {
    /// The model that declares the property.
    associatedtype Source: Model
    /// The model it leads to.
    associatedtype Target: Model
    /// A type with one property, named as the relation and of type ``Marker``; it carries the name into ``With``.
    associatedtype Name
    /// What loading the relation puts into a row: `Client`, `Project?` or `[Line]`.
    associatedtype Value: Sendable & Encodable
    /// The key by which a row's related rows are found: the foreign key's, or the row's own.
    associatedtype Key: ColumnValue & Hashable
    /// The property's name.
    static var name: String { get }
    /// Where the related rows are.
    static var link: RelationLink { get }
    /// The row's key, by which its related rows are found; `nil` where a foreign key is `NULL`.
    static func key(of row: Source) -> Key?
}

/// The type of the one property of ``Relation/Name``; there are no values of it in a program.
public struct Marker: Sendable {}

/// A relation to at most one row, which a query can join.
public protocol JoinedRelation: Relation {
    /// The step from the row to the related one.
    static var hop: JoinHop { get }
}

/// A relation to one row or none.
public protocol OptionalOne: JoinedRelation where Value == Target? {}

/// A relation by a foreign key of the model's own table, required or not.
public protocol ForeignKeyRelation: JoinedRelation where Key == TargetKey.Value {
    /// What the key holds of the other row: its primary key, or another unique column.
    associatedtype TargetKey: UniqueKey where TargetKey.Table == Target
    /// The foreign key's column.
    static var column: String { get }
    /// Whether the column may hold `NULL`.
    static var isNullable: Bool { get }
    /// Whether the database keeps the key to rows that there are; true unless it says otherwise.
    static var hasConstraint: Bool { get }
}

/// A relation by a required foreign key: a row has exactly one.
public protocol ToOne: ForeignKeyRelation where Value == Target {}

/// A relation by a nullable foreign key: a row has one or none.
public protocol ToOptionalOne: ForeignKeyRelation, OptionalOne {}

/// A relation by a unique foreign key, `@OneToOne`: no two rows refer to the same one.
public protocol OneToOneRelation: ForeignKeyRelation {}

/// The other side of a ``OneToOneRelation``: the one row that refers to this one, or none.
public protocol ReverseOne: OptionalOne {}

/// A relation to any number of rows.
public protocol ToMany: Relation where Value == [Target] {}

extension JoinedRelation {
    /// The related table itself, found by the column at the end of the step.
    public static var link: RelationLink {
        let hop = self.hop
        return RelationLink(
            rows: .success(RelatedRows(table: hop.table, parentColumn: hop.key, parentKey: hop.column)))
    }
}

extension ForeignKeyRelation {
    /// True: the key leads to a row.
    public static var hasConstraint: Bool { true }

    /// From the foreign key's column to the key it refers to.
    public static var hop: JoinHop {
        JoinHop(
            column: column, table: Target.schema.table, key: targetColumn, isNullable: isNullable, isForeignKey: true)
    }

    /// The column that the foreign key refers to.
    static var targetColumn: String { TargetKey.column }

    /// The key by which rows refer to this one; `nil` where that column is `NULL`, so that none do.
    @inlinable
    public static func targetKey(of row: Target) -> Key? { TargetKey.value(of: row) }

    /// The key by which rows refer to this one, which is of another struct over the same table.
    @_disfavoredOverload
    @inlinable
    public static func targetKey<Other: Model>(of row: Other) -> Key?
    where TargetKey == PrimaryKey<Target>, Key == Other.ID {
        row.id
    }
}

extension ToOne {
    /// False: the foreign key is required.
    public static var isNullable: Bool { false }
}

extension ToOptionalOne {
    /// True: the foreign key may be `NULL`.
    public static var isNullable: Bool { true }
}

extension ToMany where Key == Source.ID {
    /// The row's own key.
    @inlinable
    public static func key(of row: Source) -> Source.ID? { row.id }
}
