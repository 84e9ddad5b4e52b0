/// One term of an order: an expression and a direction.
public struct Ordering: Sendable, OrderTerm {
    let fragment: SQLFragment
    let isDescending: Bool

    init(_ fragment: SQLFragment, descending: Bool) {
        self.fragment = fragment
        isDescending = descending
    }

    /// The term itself.
    public var ordering: Ordering { self }

    var sql: SQLFragment { isDescending ? fragment + " DESC" : fragment }
}

/// What `order(by:)` takes: a column, an expression, or one of these `.descending`.
public protocol OrderTerm: Sendable {
    /// The expression and its direction.
    var ordering: Ordering { get }
}

extension SelectExpression where Value: ComparableColumnValue {
    /// Smallest first; the default.
    public var ascending: Ordering { Ordering(fragment, descending: false) }
    /// Largest first.
    public var descending: Ordering { Ordering(fragment, descending: true) }
}
