/// A row together with one relation that was loaded for it.
///
/// Properties of the row and the loaded relations are read as if they were its own: `page[0].number`,
/// `page[0].client.name`, `page[0].lines[0].amount`. A relation that was not loaded stays a ``Reference`` or ``Many``,
/// which have no such properties: reading through it does not compile.
///
/// Encoded, it is the row's own object in which the relation's key holds the related object, list or `null`.
@dynamicMemberLookup
public struct With<Base: ModelRow, R: Relation, Value: Sendable & Encodable>: ExtendedRow where R.Source == Base.Root {
    /// The row so far: a model, or another ``With``.
    // Not public, as `value` below: a column or relation may have this name, and then it is the row's.
    @usableFromInline var base: Base
    /// `nil` only while the query is not finished: no row leaves it before its prefetches have put something here.
    @usableFromInline var loaded: Value?

    /// What was loaded: `Client`, `Project?`, `[Line]`, or these with more loaded below them.
    @inlinable
    var value: Value {
        get { loaded! }
        set { loaded = newValue }
        _modify { yield &loaded! }
    }

    /// Puts a row and a relation's rows together; for tests and for values that do not come from a query.
    @inlinable
    public init(_ base: Base, _ relation: R.Type = R.self, _ value: Value) {
        self.base = base
        self.loaded = value
    }

    /// A row for which the relation is still to be prefetched.
    @inlinable
    init(unfinished base: Base) {
        self.base = base
    }

    /// The model's own values.
    @inlinable public var root: Base.Root { base.root }

    /// Reads a property of the model.
    @_disfavoredOverload
    @inlinable
    public subscript<Property>(dynamicMember path: KeyPath<Base.Root, Property>) -> Property { root[keyPath: path] }

    /// Reads the loaded relation; a ``QueryRecorder`` that watches is told of it.
    @inlinable
    public subscript(dynamicMember path: KeyPath<R.Name, Marker>) -> Value {
        QueryRecorder.noteRead(of: R.self)
        return value
    }
}

extension With {
    /// The name of the relation.
    public typealias Name = R.Name

    /// The row so far.
    @inlinable
    public static func base(of row: With) -> Base { row.base }

    /// The loaded relation; a ``QueryRecorder`` that watches is told of it.
    @inlinable
    public static func extra(of row: With) -> Value {
        QueryRecorder.noteRead(of: R.self)
        return row.value
    }
}

extension With: Encodable {
    /// Encodes the row's own object, in which the relation's key holds what was loaded.
    public func encode(to encoder: any Encoder) throws {
        QueryRecorder.noteRead(of: R.self)
        try base.encode(to: encoder)
        var container = encoder.container(keyedBy: RelationKey.self)
        try container.encode(value, forKey: RelationKey(stringValue: R.name))
    }
}

extension With: Equatable where Base: Equatable, Value: Equatable {}
extension With: Hashable where Base: Hashable, Value: Hashable {}

struct RelationKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
