/// The way from the rows of a query to related ones, one foreign key after the other.
public struct JoinPath: Sendable, Hashable {
    struct Hop: Sendable, Hashable {
        /// The foreign key's column.
        var column: String
        /// The table it refers to, and the key there.
        var table: String
        var key: String
        var isNullable: Bool
    }

    var hops: [Hop]

    /// The way of no step: the rows of the query itself.
    public static let root = JoinPath(hops: [])

    /// One step further, along a foreign key.
    public func following<R: ForeignKeyRelation>(_ relation: R.Type) -> JoinPath {
        JoinPath(
            hops: hops + [
                Hop(
                    column: R.column, table: R.Target.schema.table, key: R.Target.schema.primaryKey,
                    isNullable: R.isNullable)
            ])
    }

    var parent: JoinPath { JoinPath(hops: Array(hops.dropLast())) }

    func appending(_ other: JoinPath) -> JoinPath {
        JoinPath(hops: hops + other.hops)
    }
}

/// The rows of a to-many relation: where they are and which column says whose they are.
struct RelatedRows: Sendable, Hashable {
    struct Through: Sendable, Hashable {
        var table: String
        /// The foreign key to the related table, and the key there.
        var column: String
        var key: String
    }

    /// The related table.
    var table: String
    /// The column that holds the parent's key: in the related table, or in the table between.
    var parentColumn: String
    /// The parent's key column.
    var parentKey: String
    /// The table between, of a many-to-many relation.
    var through: Through?
}
