/// The SQL of a database product, as far as products differ; a driver says which one it speaks.
///
/// One query set writes each of them: `try query.sql(for: .postgreSQL)`.
public enum Dialect: String, Sendable, Hashable, CaseIterable {
    /// SQLite 3.39 and newer.
    case sqlite
    /// PostgreSQL 12 and newer.
    case postgreSQL
}

extension SQLFragment {
    /// A piece that each product writes in its own way.
    static func by(sqlite: SQLFragment, postgreSQL: SQLFragment) -> SQLFragment {
        SQLFragment([
            .varying { dialect in
                switch dialect {
                case .sqlite: sqlite
                case .postgreSQL: postgreSQL
                }
            }
        ])
    }

    /// A value where nothing beside it says its type, as in a list of columns: PostgreSQL is told.
    ///
    /// Compared with a column, a plain ``value(_:)`` does: PostgreSQL gives it the column's type.
    static func typed(_ value: some ColumnValue) -> SQLFragment {
        let type = Dialect.postgreSQL.typeName(of: Swift.type(of: value).storage)
        return .by(
            sqlite: .value(value.sqlValue),
            postgreSQL: "CAST(" + .value(value.sqlValue) + SQLFragment([.text(" AS \(type))")]))
    }
}
