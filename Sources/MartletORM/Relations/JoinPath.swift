/// The way from the rows of a query to related ones, one step after the other.
public struct JoinPath: Sendable {
    var hops: [JoinHop]
    /// The table of the query in which the way was begun, where that is known: it tells a column of another query.
    var origin: String?

    /// The way of no step: the rows of the query itself.
    public static let root = JoinPath(hops: [])

    /// One step further, along a relation to the row for which a condition on it holds as well, if there is one.
    func following<R: JoinedRelation>(_ relation: R.Type, on condition: Condition) -> JoinPath {
        var hop = R.hop
        hop.condition = JoinCondition(condition.fragment)
        hop.isNullable = true
        // The foreign key leads to the row whether or not the condition holds.
        hop.isForeignKey = false
        return JoinPath(hops: hops + [hop], origin: origin)
    }

    /// One step further, along a relation whose row is loaded: its key is its own, since without a constraint the foreign
    /// key may lead to none.
    @usableFromInline
    func loading<R: JoinedRelation>(_ relation: R.Type) -> JoinPath {
        var path = following(relation)
        guard let key = relation as? any ForeignKeyRelation.Type, !key.hasConstraint else { return path }
        path.hops[path.hops.count - 1].isForeignKey = false
        return path
    }

    /// One step further, along a relation to at most one row.
    public func following<R: JoinedRelation>(_ relation: R.Type) -> JoinPath {
        JoinPath(hops: hops + [R.hop], origin: origin)
    }

    var parent: JoinPath { JoinPath(hops: Array(hops.dropLast()), origin: origin) }

    func appending(_ other: JoinPath) -> JoinPath {
        JoinPath(hops: hops + other.hops, origin: origin)
    }
}

extension JoinPath: Hashable {
    /// Whether both have the same steps.
    public static func == (left: JoinPath, right: JoinPath) -> Bool { left.hops == right.hops }

    /// Hashes the steps.
    public func hash(into hasher: inout Hasher) { hasher.combine(hops) }
}

/// One step of a ``JoinPath``: from a row to the one row related to it.
public struct JoinHop: Sendable, Hashable {
    /// The column of the row from which the step goes.
    var column: String
    /// The related table, and its column that holds the same value.
    var table: String
    var key: String
    /// Whether there may be no related row.
    var isNullable: Bool
    /// Whether `column` is a foreign key, so that `key` can be read from it without a join.
    var isForeignKey: Bool
    /// What must hold for the related row too.
    var condition: JoinCondition?

    /// The step back along a one-to-one relation, to the row whose foreign key refers to this one.
    public static func back<R: OneToOneRelation>(_ relation: R.Type) -> JoinHop {
        JoinHop(
            column: R.targetColumn, table: R.Source.schema.table, key: R.column, isNullable: true, isForeignKey: false)
    }
}

/// A condition of one join; two of them are never the same, so that each has a join of its own.
final class JoinCondition: Sendable, Hashable {
    let fragment: SQLFragment

    init(_ fragment: SQLFragment) {
        self.fragment = fragment
    }

    static func == (left: JoinCondition, right: JoinCondition) -> Bool { left === right }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
