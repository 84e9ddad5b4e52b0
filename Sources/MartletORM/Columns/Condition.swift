/// A condition on rows; what the closure of a filter returns.
///
/// A condition is true, false or, where it compares with `NULL`, unknown. A filter keeps rows for which it is true.
/// `!` and `exclude` turn everything that is not true into true, so a row is always kept by one of a filter and its
/// opposite, as in Swift and in Django.
public struct Condition: Sendable {
    let fragment: SQLFragment

    init(_ fragment: SQLFragment) {
        self.fragment = fragment
    }

    /// A condition written by hand; its columns need the aliases of the statement, of which `t0` is the query's table.
    public static func raw(_ sql: SQL) -> Condition {
        Condition(.written(sql))
    }

    /// Both conditions.
    public static func && (left: Condition, right: Condition) -> Condition { left.and(right) }
    /// One of the conditions, or both.
    public static func || (left: Condition, right: Condition) -> Condition { left.or(right) }
    /// The opposite: true where the condition is false or unknown.
    public static prefix func ! (predicate: Condition) -> Condition { predicate.negated }

    /// One of the conditions and not both.
    public static func ^ (left: Condition, right: Condition) -> Condition { left.xor(right) }

    /// One of the conditions and not both; `^` by name.
    public func xor(_ other: Condition) -> Condition {
        Condition("((" + fragment + ") IS TRUE) <> ((" + other.fragment + ") IS TRUE)")
    }

    /// The condition as a value of a row: true, or false where it is false or unknown.
    public var value: SQLExpression<Bool> { SQLExpression("((" + fragment + ") IS TRUE)") }

    /// Whether a query has rows: `.exists(Line.objects.filter { $0.invoice.id == outer(invoice.id) })`.
    public static func exists<Row>(_ query: QuerySet<Row>) -> Condition {
        var statement = query.select
        statement.columns = ["1"]
        statement.order = []
        return Condition("EXISTS " + SQLFragment([.subquery(statement)]))
    }

    /// Both conditions; `&&` by name, which the compiler checks faster in long ones.
    public func and(_ other: Condition) -> Condition {
        Condition("(" + fragment + " AND " + other.fragment + ")")
    }

    /// One of the conditions, or both; `||` by name.
    public func or(_ other: Condition) -> Condition {
        Condition("(" + fragment + " OR " + other.fragment + ")")
    }

    /// The opposite; `!` by name.
    public var negated: Condition { Condition("((" + fragment + ") IS NOT TRUE)") }

    /// All of the conditions; true when there are none.
    public static func all(_ predicates: [Condition]) -> Condition {
        guard !predicates.isEmpty else { return Condition("TRUE") }
        return Condition("(" + .joined(predicates.map(\.fragment), separator: " AND ") + ")")
    }

    /// Any of the conditions; false when there are none.
    public static func any(_ predicates: [Condition]) -> Condition {
        guard !predicates.isEmpty else { return Condition("FALSE") }
        return Condition("(" + .joined(predicates.map(\.fragment), separator: " OR ") + ")")
    }
}
