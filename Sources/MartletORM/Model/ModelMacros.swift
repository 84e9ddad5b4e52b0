/// Makes a struct a model: its stored properties become the columns of a table.
///
/// ```swift
/// @Model("invoice")
/// struct Invoice {
///     var id: Int
///     var number: String?
///     @ForeignKey(onDelete: .protect) var client: Reference<Client>
///     @HasMany(\Line.invoice) var lines: Many<Line>
/// }
/// ```
///
/// Every stored property needs a written type that conforms to ``ColumnValue``. The primary key is `id`: a whole number
/// the database assigns, a `UUID`, or a text. Column names are the property names in snake case; a foreign key's column
/// ends in `_id`. The macro writes an initialiser with a parameter for each property; optional properties, properties
/// with a default, and a whole-number or `UUID` key may be left out there.
///
/// - Parameter table: The table's name.
@attached(
    member,
    names: named(Columns), named(Relations), named(ID), named(Root), named(schema), named(columnValues), named(init),
    arbitrary)
@attached(extension, conformances: Model, ModelRow, Identifiable, Encodable, Sendable)
public macro Model(_ table: String) = #externalMacro(module: "MartletMacros", type: "ModelMacro")

/// Makes a property a foreign key: `Reference<Client>`, or `Reference<Project>?` where there may be none.
///
/// It refers to the other model's primary key; with the type ``KeyedReference`` to another column there.
///
/// The column is the property's name with `_id` behind it, unless ``Column(_:)`` names another, and has an index.
///
/// - Parameters:
///   - onDelete: What happens to the row when the row it refers to is deleted.
///   - dbConstraint: Whether the database keeps the key to rows that there are. Without, it may lead to none, as in data that
///     came so or to a model in another database, and nothing happens to the row when that one is deleted.
@attached(peer)
public macro ForeignKey(onDelete: OnDelete = .protect, dbConstraint: Bool = true) =
    #externalMacro(module: "MartletMacros", type: "ForeignKeyMacro")

/// Makes a property a unique foreign key: no two rows refer to the same one.
///
/// It is as ``ForeignKey(onDelete:dbConstraint:)`` in all else. The other model may name this one with ``HasOne(_:)``.
///
/// - Parameters:
///   - onDelete: What happens to the row when the row it refers to is deleted.
///   - dbConstraint: Whether the database keeps the key to rows that there are.
@attached(peer)
public macro OneToOne(onDelete: OnDelete = .protect, dbConstraint: Bool = true) =
    #externalMacro(module: "MartletMacros", type: "ForeignKeyMacro")

/// Names the one row whose unique foreign key refers to this one, if there is one; there is no column for it.
///
/// - Parameter inverse: The one-to-one relation in the other model, `\Profile.user`.
@attached(accessor)
public macro HasOne<Target: Model, Key>(_ inverse: KeyPath<Target, Key>) =
    #externalMacro(module: "MartletMacros", type: "HasOneMacro")

/// Names the rows whose foreign key refers to this one; there is no column for it.
///
/// - Parameter inverse: The foreign key in the other model, `\Line.invoice`.
@attached(accessor)
public macro HasMany<Target: Model, Key>(_ inverse: KeyPath<Target, Key>) =
    #externalMacro(module: "MartletMacros", type: "HasManyMacro")

/// Names the rows that a table of the relation's own leads to.
///
/// A migration that creates the model creates the table too: the model's table and the property's name are its name,
/// and it has one column for each of the two models, named for their tables.
@attached(accessor)
public macro ManyToMany() = #externalMacro(module: "MartletMacros", type: "ManyToManyMacro")

/// Names the rows of a many-to-many relation that the other model declares; there is no column for it.
///
/// - Parameter inverse: The relation in the other model, `\Pizza.toppings`.
@attached(accessor)
public macro ManyToMany<Target: Model, Key>(inverse: KeyPath<Target, Key>) =
    #externalMacro(module: "MartletMacros", type: "ManyToManyMacro")

/// Names the rows that a table between leads to; there is no column for it.
///
/// - Parameter between: The model with one foreign key to this model and one to the other.
@attached(accessor)
public macro ManyToMany<Between: Model>(through between: Between.Type) =
    #externalMacro(module: "MartletMacros", type: "ManyToManyMacro")

/// Names the rows that a table between leads to, where that has several foreign keys to one of the models.
///
/// - Parameters:
///   - from: The foreign key that refers to this model.
///   - to: The foreign key that refers to the related model.
@attached(accessor)
public macro ManyToMany<Between: Model, From, To>(from: KeyPath<Between, From>, to: KeyPath<Between, To>) =
    #externalMacro(module: "MartletMacros", type: "ManyToManyMacro")

/// Gives a property's column another name than the property's in snake case.
@attached(peer)
public macro Column(_ name: String) = #externalMacro(module: "MartletMacros", type: "ColumnMacro")

/// Lets no two rows have the same value in the column.
///
/// A ``KeyedReference`` can refer to it.
@attached(peer)
public macro Unique() = #externalMacro(module: "MartletMacros", type: "ColumnMacro")

/// Gives the column an index, so that rows are found by it fast.
@attached(peer)
public macro Index() = #externalMacro(module: "MartletMacros", type: "ColumnMacro")
