extension SelectExpression {
    /// The value as another type.
    ///
    /// A floating point number is cut to a whole one, towards 0; a number is true unless it is 0; a point in time gives its
    /// day and its time of the day in UTC; bytes are texts in UTF-8. How a number with decimals is written as a text is the
    /// database's own: `1.0` on SQLite, `1` on PostgreSQL. A text that is no such number is an error on PostgreSQL; SQLite
    /// takes what it begins with, or 0.
    public func cast<Other: ColumnValue>(to type: Other.Type) -> SQLExpression<Other> {
        SQLExpression(fragment.cast(from: Value.storage, to: Other.storage))
    }
}

extension SQLFragment {
    /// The value as another type, with the same meaning on each product.
    func cast(from: ColumnStorage, to: ColumnStorage) -> SQLFragment {
        .by(sqlite: sqliteCast(from, to), postgreSQL: postgreSQLCast(from, to))
    }

    private func sqliteCast(_ from: ColumnStorage, _ to: ColumnStorage) -> SQLFragment {
        switch (from, to) {
        case (.boolean, .text): "CASE " + self + " WHEN 0 THEN 'false' WHEN 1 THEN 'true' END"
        case (.integer, .boolean), (.real, .boolean): "(" + self + " <> 0)"
        case (.decimal, .boolean): "(CAST(" + self + " AS REAL) <> 0)"
        // The words that PostgreSQL knows.
        case (.text, .boolean):
            "CASE WHEN LOWER(TRIM(" + self + ")) IN ('t', 'true', 'y', 'yes', 'on', '1') THEN 1 WHEN LOWER(TRIM(" + self
                + ")) IN ('f', 'false', 'n', 'no', 'off', '0') THEN 0 END"
        case (.timestamp, .date): "SUBSTR(" + self + ", 1, 10)"
        case (.timestamp, .time): "SUBSTR(" + self + ", 12)"
        case (.date, .timestamp): "(" + self + " || ' 00:00:00.000000')"
        case (_, .uuid): "LOWER(" + self + ")"
        default: "CAST(" + self + .raw(" AS \(Dialect.sqlite.typeName(of: to)))")
        }
    }

    private func postgreSQLCast(_ from: ColumnStorage, _ to: ColumnStorage) -> SQLFragment {
        let type = SQLFragment.raw(" AS \(Dialect.postgreSQL.typeName(of: to)))")
        return switch (from, to) {
        case (.boolean, .integer), (.boolean, .real), (.boolean, .decimal): "CAST(CAST(" + self + " AS integer)" + type
        case (.integer, .boolean), (.real, .boolean), (.decimal, .boolean): "(" + self + " <> 0)"
        case (.real, .integer), (.decimal, .integer): "CAST(TRUNC(" + self + ")" + type
        case (.blob, .text): "CONVERT_FROM(" + self + ", 'UTF8')"
        case (.text, .blob): "CONVERT_TO(" + self + ", 'UTF8')"
        // As SQLite stores them.
        case (.timestamp, .text): "TO_CHAR(" + self + " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        case (.time, .text): "TO_CHAR(" + self + ", 'HH24:MI:SS.US')"
        case (.timestamp, .date), (.timestamp, .time): "CAST(" + self + " AT TIME ZONE 'UTC'" + type
        case (.date, .timestamp): "(CAST(" + self + " AS timestamp) AT TIME ZONE 'UTC')"
        default: "CAST(" + self + type
        }
    }
}
