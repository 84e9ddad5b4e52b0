/// How the rows of a ``Relation`` are found.
public struct RelationLink: Sendable {
    /// What a query needs to know; an error when the models contradict the relation, thrown by the query that uses it.
    let rows: Result<RelatedRows, ORMError>
    /// The table that the relation makes for itself, if it does.
    let between: BetweenTable?

    init(rows: Result<RelatedRows, ORMError>, between: BetweenTable? = nil) {
        self.rows = rows
        self.between = between
    }

    /// The rows whose foreign key refers to the parent.
    public static func foreignKey<R: ForeignKeyRelation>(_ inverse: R.Type) -> RelationLink {
        let rows = RelatedRows(
            table: R.Source.schema.table, parentColumn: R.column, parentKey: R.Target.schema.primaryKey)
        return RelationLink(rows: .success(rows))
    }

    /// The rows that a table between leads to, by its two foreign keys.
    public static func through<From: ForeignKeyRelation, To: ForeignKeyRelation>(
        _ from: From.Type, _ to: To.Type
    ) -> RelationLink where From.Source == To.Source {
        let between = RelatedRows.Through(
            table: From.Source.schema.table, column: To.column, key: To.Target.schema.primaryKey)
        let rows = RelatedRows(
            table: To.Target.schema.table, parentColumn: From.column, parentKey: From.Target.schema.primaryKey,
            through: between)
        return RelationLink(rows: .success(rows))
    }

    /// The rows that a table between leads to, by its only foreign keys to both models.
    ///
    /// A query that uses it throws ``ORMError`` with code `invalidModel` when there is not exactly one to each.
    public static func through<Between: Model, From: Model, To: Model>(
        _ between: Between.Type, from: From.Type, to: To.Type
    ) -> RelationLink {
        let rows = Result<RelatedRows, ORMError> { () throws(ORMError) in
            let link = RelatedRows.Through(
                table: Between.schema.table, column: try onlyForeignKey(of: between, to: to), key: To.schema.primaryKey)
            return RelatedRows(
                table: To.schema.table, parentColumn: try onlyForeignKey(of: between, to: from),
                parentKey: From.schema.primaryKey, through: link)
        }
        return RelationLink(rows: rows)
    }

    /// The rows that a table of the relation's own leads to; a migration that creates the model creates it too.
    public static func automatic<From: Model, To: Model>(
        _ table: String, from: From.Type, to: To.Type
    ) -> RelationLink {
        let between = BetweenTable(table: table, from: from, to: to)
        let rows = RelatedRows(
            table: To.schema.table, parentColumn: between.fromColumn, parentKey: From.schema.primaryKey,
            through: RelatedRows.Through(table: table, column: between.toColumn, key: To.schema.primaryKey))
        return RelationLink(rows: .success(rows), between: between)
    }

    /// The rows of a many-to-many relation seen from its other side.
    ///
    /// A query that uses it throws ``ORMError`` with code `invalidModel` when that relation has no table between.
    public static func inverse<R: ToMany>(of relation: R.Type) -> RelationLink {
        RelationLink(
            rows: R.link.rows.flatMap { rows in
                guard let through = rows.through else { return .failure(.notManyToMany(R.self)) }
                return .success(
                    RelatedRows(
                        table: R.Source.schema.table, parentColumn: through.column, parentKey: through.key,
                        through: .init(table: through.table, column: rows.parentColumn, key: rows.parentKey)))
            })
    }

    private static func onlyForeignKey<Between: Model, To: Model>(
        of between: Between.Type, to: To.Type
    ) throws(ORMError) -> String {
        let columns = Between.schema.columns.filter { $0.foreignKey?.table == To.schema.table }.map(\.name)
        guard columns.count == 1 else {
            throw ORMError(
                .invalidModel,
                "\(Between.self) has \(columns.count) foreign keys to \(To.self)"
                    + (columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))")
                    + ", so a many-to-many relation through it must say which to follow: "
                    + "write @ManyToMany(from: \\\(Between.self).one, to: \\\(Between.self).other).",
                table: Between.schema.table, columns: columns)
        }
        return columns[0]
    }
}

extension ORMError {
    fileprivate static func notManyToMany<R: ToMany>(_ relation: R.Type) -> ORMError {
        ORMError(
            .invalidModel,
            "@ManyToMany(inverse: \\\(R.Source.self).\(R.name)) names a relation without a table between. "
                + "Name a @ManyToMany of \(R.Source.self), or write @HasMany for the rows whose foreign key leads here.",
            table: R.Source.schema.table)
    }
}

/// Where the rows of a relation are and which column says whose they are.
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
    /// The parent's column with that key.
    var parentKey: String
    /// The table between, of a many-to-many relation.
    var through: Through?
}
