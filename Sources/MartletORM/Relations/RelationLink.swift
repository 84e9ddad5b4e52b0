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
        let rows = RelatedRows(table: R.Source.schema.table, parentColumn: R.column, parentKey: R.targetColumn)
        return RelationLink(rows: .success(rows))
    }

    /// The rows that a table between leads to, by its two foreign keys.
    public static func through<From: ForeignKeyRelation, To: ForeignKeyRelation>(
        _ from: From.Type, _ to: To.Type
    ) -> RelationLink where From.Source == To.Source {
        let between = RelatedRows.Through(
            table: From.Source.schema.table, column: To.column, key: To.targetColumn)
        let rows = RelatedRows(
            table: To.Target.schema.table, parentColumn: From.column, parentKey: From.targetColumn, through: between)
        return RelationLink(rows: .success(rows))
    }

    /// The rows that a table between leads to, by its only foreign keys to both models.
    ///
    /// A query that uses it throws ``ORMError`` with code `invalidModel` when there is not exactly one to each, or when one
    /// does not refer to the primary key.
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
    /// A query that uses it throws ``ORMError`` with code `invalidModel` when that relation has no table between, or when
    /// the foreign key there does not refer to this side by its primary key.
    public static func inverse<R: ToMany>(of relation: R.Type) -> RelationLink {
        RelationLink(
            rows: R.link.rows.flatMap { rows in
                guard let through = rows.through else { return .failure(.notManyToMany(R.self)) }
                guard through.key == R.Target.schema.primaryKey else { return .failure(.keyedInverse(R.self, through)) }
                return .success(
                    RelatedRows(
                        table: R.Source.schema.table, parentColumn: through.column, parentKey: through.key,
                        through: .init(table: through.table, column: rows.parentColumn, key: rows.parentKey)))
            })
    }

    private static func onlyForeignKey<Between: Model, To: Model>(
        of between: Between.Type, to: To.Type
    ) throws(ORMError) -> String {
        let columns = Between.schema.columns.filter { $0.foreignKey?.table == To.schema.table }
        let names = columns.map(\.name)
        guard columns.count == 1 else {
            throw .unclearForeignKey(
                of: between,
                "\(Between.self) has \(columns.count) foreign keys to \(To.self)"
                    + (columns.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
                    + ", so a many-to-many relation through it must say which to follow", names)
        }
        if let foreignKey = columns[0].foreignKey, foreignKey.isKeyed {
            throw .unclearForeignKey(
                of: between,
                "\(names[0]) of \(Between.self) refers to \(To.self) by \(foreignKey.key), which is not its primary key, so a "
                    + "many-to-many relation through it must name it", names)
        }
        return names[0]
    }
}

extension ORMError {
    fileprivate static func unclearForeignKey<Between: Model>(
        of between: Between.Type, _ what: String, _ columns: [String]
    ) -> ORMError {
        ORMError(
            .invalidModel,
            "\(what): write @ManyToMany(from: \\\(Between.self).one, to: \\\(Between.self).other).",
            table: Between.schema.table, columns: columns)
    }

    fileprivate static func keyedInverse<R: ToMany>(_ relation: R.Type, _ through: RelatedRows.Through) -> ORMError {
        ORMError(
            .invalidModel,
            "@ManyToMany(inverse: \\\(R.Source.self).\(R.name)) cannot be followed from \(R.Target.self): "
                + "\(through.table).\(through.column) refers to it by \(through.key), which is not its primary key. Name "
                + "the two foreign keys of the model between: @ManyToMany(from: \\Between.other, to: \\Between.one).",
            table: through.table, columns: [through.column])
    }

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
