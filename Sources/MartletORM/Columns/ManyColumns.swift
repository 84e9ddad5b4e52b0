/// A to-many relation in a filter: asks whether there are related rows.
public struct ManyColumns<R: ToMany>: Sendable {
    let path: JoinPath

    /// Names a relation at the end of a path; the `@Model` macro writes it.
    public init(_ path: JoinPath) {
        self.path = path
    }

    /// Whether there is a related row for which the condition holds: `$0.lines.exists { $0.amount > 100 }`.
    ///
    /// It is an `EXISTS` subquery, so it never multiplies the rows of the query.
    public func exists(_ condition: (R.Target.Columns) -> Condition) -> Condition {
        let predicate = condition(R.Target.Columns(joinPath: .root))
        return Condition(SQLFragment([.exists(R.link.rows, of: path, where: predicate.fragment)]))
    }

    /// Whether there is any related row.
    public func exists() -> Condition {
        Condition(SQLFragment([.exists(R.link.rows, of: path, where: nil)]))
    }
}
