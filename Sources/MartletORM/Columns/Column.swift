/// A column in a query: what `$0.number` is in the closure of a filter.
public struct Column<Value: ColumnValue>: SelectExpression, OrderTerm {
    let path: JoinPath
    let name: String

    /// Names a column at the end of a path of relations; the `@Model` macro writes it.
    public init(_ path: JoinPath, _ name: String) {
        self.path = path
        self.name = name
    }

    /// The column as SQL.
    public var expression: SQLExpression<Value> { SQLExpression(.column(path, name)) }

    /// Rows by this column, smallest first.
    public var ordering: Ordering { Ordering(expression.fragment, descending: false) }

    /// The name in the query's own table; that of the foreign key where the column is a related row's key.
    var ownName: String { foreignKey ?? name }

    /// Whether it has a name there; the other columns of related rows have none.
    var isOwn: Bool { path.hops.isEmpty || foreignKey != nil }

    /// The foreign key of the query's own table that refers to this column.
    var foreignKey: String? {
        guard path.hops.count == 1, let hop = path.hops.last, hop.isForeignKey, hop.key == name else { return nil }
        return hop.column
    }

    /// Why the column can be no part of what is made of a model's own columns: it is a related row's.
    func problem<Table: Model>(in model: Table.Type, _ part: String) -> ORMError? {
        guard !isOwn else { return nil }
        return ORMError(
            .invalidModel,
            "\(part) of \(model) names \"\(name)\" of \"\(path.hops.last?.table ?? name)\", but can have columns and foreign "
                + "keys of \(model) only. Name one of these, or write it in the other model.",
            table: Table.schema.table, columns: [name])
    }
}

/// A value computed by the database from columns: `$0.hours * $0.rate`, a sum, a count.
public struct SQLExpression<Value: ColumnValue>: SelectExpression, OrderTerm {
    let fragment: SQLFragment

    init(_ fragment: SQLFragment) {
        self.fragment = fragment
    }

    /// The expression itself.
    public var expression: SQLExpression<Value> { self }

    /// Rows by this value, smallest first.
    public var ordering: Ordering { Ordering(fragment, descending: false) }
}

/// What a query can compute, compare and return: a ``Column`` or an ``SQLExpression``.
public protocol SelectExpression<Value>: Sendable {
    /// The Swift type of the value.
    associatedtype Value: ColumnValue
    /// The value as SQL.
    var expression: SQLExpression<Value> { get }
}

extension SelectExpression {
    var fragment: SQLFragment { expression.fragment }
}
