/// A row of a tree with everything that a relation of its model to itself leads to.
///
/// Properties of the row, and the relation, are read as if they were its own: `project.children[0].children[0].name`, or the
/// other way `project.parent?.parent?.name`. Encoded, it is the row's own object in which the relation's key holds what is
/// below.
@dynamicMemberLookup
public struct Tree<Row: ModelRow, R: Relation>: Sendable where R.Source == Row.Root, R.Target == Row.Root {
    // Not public, as in ``With``: a column may have this name, and then it is the row's.
    let base: Row
    let below: [Tree]

    /// Puts a row and what is below it together; for tests and for values that do not come from a query.
    public init(_ row: Row, _ relation: R.Type = R.self, _ below: [Tree]) {
        base = row
        self.below = below
    }

    /// The model's own values.
    public var root: Row.Root { base.root }

    /// Reads a property of the row.
    @_disfavoredOverload
    public subscript<Property>(dynamicMember path: KeyPath<Row, Property>) -> Property { base[keyPath: path] }
}

extension Tree where R: ToMany {
    /// Reads the rows below, in their order; a ``QueryRecorder`` that watches is told of it.
    public subscript(dynamicMember path: KeyPath<R.Name, Marker>) -> [Tree] {
        QueryRecorder.noteRead(of: R.self)
        return below
    }
}

extension Tree where R: OptionalOne {
    /// Reads the row that this one refers to; a ``QueryRecorder`` that watches is told of it.
    public subscript(dynamicMember path: KeyPath<R.Name, Marker>) -> Tree? {
        QueryRecorder.noteRead(of: R.self)
        return below.first
    }
}

extension Tree: Encodable {
    /// Encodes the row's own object, in which the relation's key holds what is below: a list, an object, or `null`.
    public func encode(to encoder: any Encoder) throws {
        QueryRecorder.noteRead(of: R.self)
        try base.encode(to: encoder)
        var container = encoder.container(keyedBy: RelationKey.self)
        let key = RelationKey(stringValue: R.name)
        if R.self is any OptionalOne.Type {
            try container.encode(below.first, forKey: key)
        } else {
            try container.encode(below, forKey: key)
        }
    }
}

extension Tree: Equatable where Row: Equatable {}
extension Tree: Hashable where Row: Hashable {}
