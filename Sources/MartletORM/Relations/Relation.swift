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
    /// The property's name.
    static var name: String { get }
}

/// The type of the one property of ``Relation/Name``; there are no values of it in a program.
public struct Marker: Sendable {}

/// A relation by a foreign key of the model's own table, required or not.
public protocol ForeignKeyRelation: Relation {
    /// The foreign key's column.
    static var column: String { get }
    /// Whether the column may hold `NULL`.
    static var isNullable: Bool { get }
}

/// A relation by a required foreign key: a row has exactly one.
public protocol ToOne: ForeignKeyRelation where Value == Target {}

/// A relation by a nullable foreign key: a row has one or none.
public protocol ToOptionalOne: ForeignKeyRelation where Value == Target? {}

/// A relation to any number of rows.
public protocol ToMany: Relation where Value == [Target] {
    /// Where the related rows are.
    static var link: ToManyLink { get }
}

extension ToOne {
    /// False: the foreign key is required.
    public static var isNullable: Bool { false }
}

extension ToOptionalOne {
    /// True: the foreign key may be `NULL`.
    public static var isNullable: Bool { true }
}

/// How the rows of a ``ToMany`` relation are found.
public struct ToManyLink: Sendable {
    /// What a query needs to know; an error when the models contradict the relation, thrown by the query that uses it.
    let rows: Result<RelatedRows, ORMError>

    /// The rows whose foreign key refers to the parent.
    public static func foreignKey<R: ForeignKeyRelation>(_ inverse: R.Type) -> ToManyLink {
        let rows = RelatedRows(
            table: R.Source.schema.table, parentColumn: R.column, parentKey: R.Target.schema.primaryKey)
        return ToManyLink(rows: .success(rows))
    }

    /// The rows that a table between leads to, by its two foreign keys.
    public static func through<From: ForeignKeyRelation, To: ForeignKeyRelation>(
        _ from: From.Type, _ to: To.Type
    ) -> ToManyLink where From.Source == To.Source {
        let between = RelatedRows.Through(
            table: From.Source.schema.table, column: To.column, key: To.Target.schema.primaryKey)
        let rows = RelatedRows(
            table: To.Target.schema.table, parentColumn: From.column, parentKey: From.Target.schema.primaryKey,
            through: between)
        return ToManyLink(rows: .success(rows))
    }

    /// The rows that a table between leads to, by its only foreign keys to both models.
    ///
    /// A query that uses it throws ``ORMError`` with code `invalidModel` when there is not exactly one to each.
    public static func through<Between: Model, From: Model, To: Model>(
        _ between: Between.Type, from: From.Type, to: To.Type
    ) -> ToManyLink {
        let rows = Result<RelatedRows, ORMError> { () throws(ORMError) in
            let link = RelatedRows.Through(
                table: Between.schema.table, column: try onlyForeignKey(of: between, to: to), key: To.schema.primaryKey)
            return RelatedRows(
                table: To.schema.table, parentColumn: try onlyForeignKey(of: between, to: from),
                parentKey: From.schema.primaryKey, through: link)
        }
        return ToManyLink(rows: rows)
    }

    private static func onlyForeignKey<Between: Model, To: Model>(
        of between: Between.Type, to: To.Type
    ) throws(ORMError) -> String {
        let columns = Between.schema.columns.filter { $0.foreignKey?.table == To.schema.table }.map(\.name)
        guard columns.count == 1 else {
            throw ORMError(
                .invalidModel,
                "\(Between.self) has \(columns.count) foreign keys to \(To.self)"
                    + (columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))")
                    + ", so a many-to-many relation through it must say which to follow: "
                    + "write @ManyToMany(from: \\\(Between.self).one, to: \\\(Between.self).other).",
                table: Between.schema.table, columns: columns)
        }
        return columns[0]
    }
}
