/// A row with one more thing under a name: a ``With`` or an ``Annotated``.
///
/// Its functions are static, so that they are not in the way of a column of the same name.
public protocol ExtendedRow: ModelRow where Root == Base.Root {
    /// The row so far.
    associatedtype Base: ModelRow
    /// A type with one property, the name.
    associatedtype Name
    /// The type of what has the name.
    associatedtype Extra
    /// The row so far.
    static func base(of row: Self) -> Base
    /// What has the name.
    static func extra(of row: Self) -> Extra
}

// How a row reads what was added to the rows within it, up to eight levels. The compiler could find it by itself, level by
// level through the row so far, but then makes a key path of key paths each time a property is read, which takes longer
// than to decode the row. Of these nothing is left but the load.

extension ExtendedRow {
    /// Reads what was added one level within.
    @inlinable
    public subscript(dynamicMember path: KeyPath<Base.Name, Marker>) -> Base.Extra
    where Base: ExtendedRow {
        Base.extra(of: Self.base(of: self))
    }

    /// Reads what was added two levels within.
    @inlinable
    public subscript(dynamicMember path: KeyPath<Base.Base.Name, Marker>) -> Base.Base.Extra
    where Base: ExtendedRow, Base.Base: ExtendedRow {
        Base.Base.extra(of: Base.base(of: Self.base(of: self)))
    }

    /// Reads what was added three levels within.
    @inlinable
    public subscript(dynamicMember path: KeyPath<Base.Base.Base.Name, Marker>) -> Base.Base.Base.Extra
    where Base: ExtendedRow, Base.Base: ExtendedRow, Base.Base.Base: ExtendedRow {
        Base.Base.Base.extra(of: Base.Base.base(of: Base.base(of: Self.base(of: self))))
    }

    /// Reads what was added four levels within.
    @inlinable
    public subscript(dynamicMember path: KeyPath<Base.Base.Base.Base.Name, Marker>) -> Base.Base.Base.Base.Extra
    where Base: ExtendedRow, Base.Base: ExtendedRow, Base.Base.Base: ExtendedRow, Base.Base.Base.Base: ExtendedRow {
        Base.Base.Base.Base.extra(of: Base.Base.Base.base(of: Base.Base.base(of: Base.base(of: Self.base(of: self)))))
    }

    /// Reads what was added five levels within.
    @inlinable
    public subscript(dynamicMember path: KeyPath<Base.Base.Base.Base.Base.Name, Marker>)
        -> Base.Base.Base.Base.Base.Extra
    where
        Base: ExtendedRow, Base.Base: ExtendedRow, Base.Base.Base: ExtendedRow, Base.Base.Base.Base: ExtendedRow,
        Base.Base.Base.Base.Base: ExtendedRow
    {
        Base.Base.Base.Base.Base.extra(
            of: Base.Base.Base.Base.base(
                of: Base.Base.Base.base(of: Base.Base.base(of: Base.base(of: Self.base(of: self))))))
    }

    /// Reads what was added six levels within.
    @inlinable
    public subscript(dynamicMember path: KeyPath<Base.Base.Base.Base.Base.Base.Name, Marker>)
        -> Base.Base.Base.Base.Base.Base.Extra
    where
        Base: ExtendedRow, Base.Base: ExtendedRow, Base.Base.Base: ExtendedRow, Base.Base.Base.Base: ExtendedRow,
        Base.Base.Base.Base.Base: ExtendedRow, Base.Base.Base.Base.Base.Base: ExtendedRow
    {
        Base.Base.Base.Base.Base.Base.extra(
            of: Base.Base.Base.Base.Base.base(
                of: Base.Base.Base.Base.base(
                    of: Base.Base.Base.base(of: Base.Base.base(of: Base.base(of: Self.base(of: self)))))))
    }

    /// Reads what was added seven levels within.
    @inlinable
    public subscript(dynamicMember path: KeyPath<Base.Base.Base.Base.Base.Base.Base.Name, Marker>)
        -> Base.Base.Base.Base.Base.Base.Base.Extra
    where
        Base: ExtendedRow, Base.Base: ExtendedRow, Base.Base.Base: ExtendedRow, Base.Base.Base.Base: ExtendedRow,
        Base.Base.Base.Base.Base: ExtendedRow, Base.Base.Base.Base.Base.Base: ExtendedRow,
        Base.Base.Base.Base.Base.Base.Base: ExtendedRow
    {
        Base.Base.Base.Base.Base.Base.Base.extra(
            of: Base.Base.Base.Base.Base.Base.base(
                of: Base.Base.Base.Base.Base.base(
                    of: Base.Base.Base.Base.base(
                        of: Base.Base.Base.base(of: Base.Base.base(of: Base.base(of: Self.base(of: self))))))))
    }
}
