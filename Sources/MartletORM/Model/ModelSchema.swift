/// What a model's table looks like; the `@Model` macro writes it.
public struct ModelSchema: Sendable {
    /// The table's name.
    public let table: String
    /// The columns in order.
    public let columns: [ColumnSchema]
    /// The name of the primary key's column.
    public let primaryKey: String
    /// The many-to-many relations that have a table of their own.
    let between: [any ToMany.Type]
    /// The columns as a query reads them.
    let selectColumns: [SQLFragment]
    let columnRun: ColumnRun
    @usableFromInline let allRows = AllRows()

    /// Where the primary key is among the columns, if it is.
    @usableFromInline let keyPosition: Int?

    /// Describes a table.
    ///
    /// Without a primary key among the columns, the key is `id`.
    public init(table: String, columns: [ColumnSchema], between: [any ToMany.Type] = []) {
        self.table = table
        self.columns = columns
        self.between = between
        selectColumns = columns.map { .column(.root, $0.name) }
        primaryKey = columns.first(where: \.isPrimaryKey)?.name ?? "id"
        keyPosition = columns.firstIndex(where: \.isPrimaryKey)
        columnRun = ColumnRun(columns, of: table, key: primaryKey)
    }
}

/// One column of a ``ModelSchema``.
public struct ColumnSchema: Sendable {
    /// A foreign key's target and what happens to the row when the target is deleted.
    public struct ForeignKey: Sendable {
        let target: any Model.Type
        /// The relation it is the column of; none in a table between, whose keys are primary keys.
        private let type: (any ForeignKeyRelation.Type)?
        /// The name of the relation it is the column of.
        let relation: String
        /// What happens when the row referred to is deleted.
        public let onDelete: OnDelete
        /// Whether the database keeps the key to rows that there are.
        public let isConstraint: Bool

        init<R: ForeignKeyRelation>(_ relation: R.Type, onDelete: OnDelete) {
            type = relation
            self.relation = R.name
            target = R.Target.self
            self.onDelete = onDelete
            isConstraint = R.hasConstraint
        }

        init(_ column: String, target: any Model.Type, onDelete: OnDelete) {
            type = nil
            relation = column
            self.target = target
            self.onDelete = onDelete
            isConstraint = true
        }

        /// The table referred to.
        public var table: String { target.schema.table }
        /// The key column there.
        public var key: String { type?.targetColumn ?? target.schema.primaryKey }
        /// Whether it is another column than the primary key.
        var isKeyed: Bool { key != target.schema.primaryKey }
    }

    /// The column's name.
    public let name: String
    /// How its values are stored.
    public let storage: ColumnStorage
    /// Whether it may hold `NULL`.
    public let isNullable: Bool
    /// Whether it is the primary key.
    public let isPrimaryKey: Bool
    /// Whether two rows may not have the same value.
    public let isUnique: Bool
    /// Whether an index helps to find rows by it.
    public let isIndexed: Bool
    /// What it refers to, when it is a foreign key.
    public let foreignKey: ForeignKey?

    private init(
        _ name: String, _ type: any ColumnValue.Type, isPrimaryKey: Bool = false, isUnique: Bool = false,
        isIndexed: Bool = false, foreignKey: ForeignKey? = nil
    ) {
        self.name = name
        storage = type.storage
        isNullable = type.isNullable
        self.isPrimaryKey = isPrimaryKey
        self.isUnique = isUnique
        self.isIndexed = isIndexed
        self.foreignKey = foreignKey
    }

    /// The primary key.
    public static func primaryKey(_ name: String, _ type: any ColumnValue.Type) -> ColumnSchema {
        ColumnSchema(name, type, isPrimaryKey: true)
    }

    /// An ordinary column.
    public static func column(
        _ name: String, _ type: any ColumnValue.Type, unique: Bool = false, indexed: Bool = false
    ) -> ColumnSchema {
        ColumnSchema(name, type, isUnique: unique, isIndexed: indexed)
    }

    /// The column of a foreign key; nullable when the relation is optional, and always indexed.
    public static func foreignKey<R: ForeignKeyRelation>(
        _ relation: R.Type, onDelete: OnDelete, unique: Bool = false
    ) -> ColumnSchema {
        let type: any ColumnValue.Type = R.isNullable ? Optional<R.Key>.self : R.Key.self
        return ColumnSchema(
            R.column, type, isUnique: unique, isIndexed: !unique, foreignKey: ForeignKey(relation, onDelete: onDelete))
    }

    /// A column of a table between two models: it goes with the row it refers to.
    static func link<Target: Model>(_ name: String, to target: Target.Type, indexed: Bool = true) -> ColumnSchema {
        let key = ForeignKey(name, target: target, onDelete: .cascade)
        return ColumnSchema(name, Target.ID.self, isIndexed: indexed, foreignKey: key)
    }
}

/// What happens to a row when the row its foreign key refers to is deleted; the database does it.
public enum OnDelete: String, Sendable, Hashable {
    /// The deletion is refused with ``ORMError`` of code `foreignKeyViolation`; Django's `PROTECT`.
    case protect = "RESTRICT"
    /// The row is deleted too.
    case cascade = "CASCADE"
    /// The foreign key, which must be nullable, becomes `NULL`.
    case setNull = "SET NULL"
    /// The deletion is refused unless the row is gone or changed by the end of the statement.
    case doNothing = "NO ACTION"
}
