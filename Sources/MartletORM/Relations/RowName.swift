/// A name that a query gives to a value in its rows; `@RowName` writes the conformance.
public protocol RowName: Sendable {
    /// A type with one property of that name and of type ``Marker``.
    associatedtype Name
    /// The name.
    static var name: String { get }
}

/// Makes a type a name for values in rows: its own name with a small first letter.
///
/// ```swift
/// @RowName enum BigLines {}
///
/// let rows = try await Invoice.objects.prefetchRelated(\.lines)
///     .prefetchRelated(\.lines, as: BigLines.self) { $0.filter { $0.amount > 60 } }.all(on: database)
/// rows[0].bigLines
/// ```
@attached(member, names: named(Name), named(name))
@attached(extension, conformances: RowName)
public macro RowName() = #externalMacro(module: "MartletMacros", type: "RowNameMacro")

/// A relation under another name, so that a row can have it more than once.
public struct Renamed<R: Relation, NewName: RowName>: Relation {
    /// The model that declares the relation.
    public typealias Source = R.Source
    /// The model it leads to.
    public typealias Target = R.Target
    /// The new name.
    public typealias Name = NewName.Name
    /// What loading puts into a row.
    public typealias Value = R.Value
    /// The key of the relation.
    public typealias Key = R.Key

    /// The new name.
    public static var name: String { NewName.name }
    /// Where the related rows are.
    public static var link: RelationLink { R.link }
    /// The row's key, by which its related rows are found.
    public static func key(of row: R.Source) -> R.Key? { R.key(of: row) }
}
