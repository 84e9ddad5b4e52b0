/// One term of an order: an expression and a direction.
///
/// Where nothing says where rows without a value come, the database decides: on SQLite `NULL` is smaller than any value,
/// on PostgreSQL larger. ``nullsFirst`` and ``nullsLast`` say it.
public struct Ordering: Sendable, OrderTerm {
    /// Where rows without a value come.
    enum Nulls: String, Sendable {
        case first = " NULLS FIRST"
        case last = " NULLS LAST"
    }

    var fragment: SQLFragment
    var isDescending: Bool
    var nulls: Nulls?

    init(_ fragment: SQLFragment, descending: Bool) {
        self.fragment = fragment
        isDescending = descending
    }

    /// The term itself.
    public var ordering: Ordering { self }

    /// Rows without a value before all others.
    public var nullsFirst: Ordering { placing(.first) }
    /// Rows without a value behind all others.
    public var nullsLast: Ordering { placing(.last) }

    /// Another order for each time the query runs.
    public static let random = Ordering("RANDOM()", descending: false)

    /// The other way round, rows without a value included.
    var reversed: Ordering {
        var other = self
        other.isDescending.toggle()
        other.nulls = nulls.map { $0 == .first ? .last : .first }
        return other
    }

    var suffix: String { (isDescending ? " DESC" : "") + (nulls?.rawValue ?? "") }

    var sql: SQLFragment { suffix.isEmpty ? fragment : fragment + .raw(suffix) }

    private func placing(_ nulls: Nulls) -> Ordering {
        var other = self
        other.nulls = nulls
        return other
    }
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
