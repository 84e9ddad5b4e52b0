import MartletORM
import MartletTesting
import Testing

/// The SQL of each kind of query, SQLite's and PostgreSQL's side by side.
///
/// What it returns is in the other suites.
@Suite struct QueryTextTests {
    @Test func writesLookups() throws {
        try expect(\.number, { $0 == "a" }, "= ?", "= $1")
        try expect(\.number, { $0 != "a" }, "IS DISTINCT FROM ?", "IS DISTINCT FROM $1")
        try expect(\.number, { $0.isNull }, "IS NULL", "IS NULL")
        try expect(\.number, { $0.in(["a", "b"]) }, "IN (SELECT value FROM json_each(?))", "= ANY($1)")
        try expect(\.id, { $0 > 1 }, "> ?", "> $1")
        try expect(\.id, { $0.isBetween(1, 5) }, "BETWEEN ? AND ?", "BETWEEN $1 AND $2")
        try expect(\.number, { $0.like("a%") }, "LIKE ?", "ILIKE $1")
        try expect(\.number, { $0.icontains("a") }, #"LIKE ? ESCAPE '\'"#, #"ILIKE $1 ESCAPE '\'"#)
        try expect(\.number, { $0.istartsWith("a") }, #"LIKE ? ESCAPE '\'"#, #"ILIKE $1 ESCAPE '\'"#)
        try expect(\.number, { $0.iequals("a") }, #"LIKE ? ESCAPE '\'"#, #"ILIKE $1 ESCAPE '\'"#)
        try expect(\.number, { $0.matches("^a") }, "REGEXP ?", "~ $1")
        try expect(
            condition: { $0.number.contains("a") }, #"instr(t0."number", ?) > 0"#, #"t0."number" LIKE $1 ESCAPE '\'"#)
        try expect(
            condition: { $0.number.startsWith("a") }, #"substr(t0."number", 1, length(?)) = ?"#,
            #"t0."number" LIKE $1 ESCAPE '\'"#)
        try expect(
            condition: { $0.number.endsWith("a") }, #"substr(t0."number", -length(?)) = ?"#,
            #"t0."number" LIKE $1 ESCAPE '\'"#)
    }

    @Test func writesConditions() throws {
        try expect(
            condition: { $0.id == 1 && ($0.id == 2 || $0.number.isNull) },
            #"(t0."id" = ? AND (t0."id" = ? OR t0."number" IS NULL))"#,
            #"(t0."id" = $1 AND (t0."id" = $2 OR t0."number" IS NULL))"#)
        try expect(condition: { !($0.id == 1) }, #"((t0."id" = ?) IS NOT TRUE)"#, #"((t0."id" = $1) IS NOT TRUE)"#)
        try expect(
            condition: { $0.client.country == "DE" && $0.client.id == 3 },
            #"(t1."country" = ? AND t1."id" = ?)"#, #"(t1."country" = $1 AND t1."id" = $2)"#)
        try expect(
            condition: { $0.lines.exists { $0.amount > 5 } },
            #"EXISTS (SELECT 1 FROM "line" AS te1_0 WHERE te1_0."invoice_id" = t0."id" AND (te1_0."amount" > ?))"#,
            #"EXISTS (SELECT 1 FROM "line" AS te1_0 WHERE te1_0."invoice_id" = t0."id" AND (te1_0."amount" > $1))"#)
        try expect(
            condition: { $0.client.id.isIn(Client.objects.filter { $0.country == "DE" }.subquery { $0.id }) },
            #"t0."client_id" IN (SELECT te1_0."id" FROM "client" AS te1_0 WHERE te1_0."country" = ?)"#,
            #"t0."client_id" IN (SELECT te1_0."id" FROM "client" AS te1_0 WHERE te1_0."country" = $1)"#)
    }

    @Test func writesOrdersAndSlices() throws {
        let query = Tag.objects.order(by: \.name.descending.nullsLast, \.id).offset(5)
        try expect(
            query, after: #""tag" AS t0 "#, #"ORDER BY t0."name" DESC NULLS LAST, t0."id" LIMIT -1 OFFSET ?"#,
            #"ORDER BY t0."name" DESC NULLS LAST, t0."id" OFFSET $1"#)
        try expect(query.limit(2), after: #"t0."id" "#, "LIMIT ? OFFSET ?", "LIMIT 2 OFFSET $1")
        try expect(
            Tag.objects.distinct(), after: "", #"SELECT DISTINCT t0."id", t0."name" FROM "tag" AS t0"#,
            #"SELECT DISTINCT t0."id", t0."name" FROM "tag" AS t0"#)
    }

    @Test func writesJoins() throws {
        try expect(
            Invoice.objects.selectRelated(\.client).selectRelated(\.project), after: " FROM ",
            #""invoice" AS t0 JOIN "client" AS t1 ON t1."id" = t0."client_id" "#
                + #"LEFT JOIN "project" AS t2 ON t2."id" = t0."project_id""#,
            #""invoice" AS t0 JOIN "client" AS t1 ON t1."id" = t0."client_id" "#
                + #"LEFT JOIN "project" AS t2 ON t2."id" = t0."project_id""#)
    }

    @Test func writesSetOperations() throws {
        let (small, large) = (Tag.objects.filter { $0.id <= 2 }, Tag.objects.filter { $0.id >= 2 })
        let text = #"SELECT t0."id", t0."name" FROM "tag" AS t0 WHERE t0."id""#
        try expect(
            small.union(large, all: true).order(by: \.name), after: "",
            "\(text) <= ? UNION ALL \(text) >= ? ORDER BY 2", "\(text) <= $1 UNION ALL \(text) >= $2 ORDER BY 2")
        try expect(
            small.intersection(large), after: "", "\(text) <= ? INTERSECT \(text) >= ?",
            "\(text) <= $1 INTERSECT \(text) >= $2")
        try expect(
            small.difference(large.limit(1)), after: "",
            "\(text) <= ? EXCEPT SELECT * FROM (\(text) >= ? LIMIT ?) AS operand",
            "\(text) <= $1 EXCEPT SELECT * FROM (\(text) >= $2 LIMIT 1) AS operand")
    }

    @Test func writesExpressions() throws {
        try expect(value: { $0.amount * 2 + $0.position }, #"((t0."amount" * ?) + t0."position")"#, nil)
        try expect(
            value: { Case.when($0.amount > 10, "large").otherwise("small") },
            #"CASE WHEN t0."amount" > ? THEN ? ELSE ? END"#,
            #"CASE WHEN t0."amount" > $1 THEN CAST($2 AS text) ELSE CAST($3 AS text) END"#)
        try expect(value: { $0.amount.nullIf(3) }, #"NULLIF(t0."amount", ?)"#, nil)
        try expect(value: { $0.invoice.number.coalesce("none") }, #"COALESCE(t1."number", ?)"#, nil)
        try expect(
            value: { $0.amount.greatest($0.position) }, #"MAX(t0."amount", t0."position")"#,
            #"GREATEST(t0."amount", t0."position")"#)
        try expect(
            value: { $0.amount.cast(to: String.self) }, #"CAST(t0."amount" AS TEXT)"#, #"CAST(t0."amount" AS text)"#)
        try expect(
            value: { $0.amount.asDouble.rounded(2) }, #"ROUND(CAST(t0."amount" AS REAL), 2)"#,
            #"CAST(ROUND(CAST(CAST(t0."amount" AS double precision) AS numeric), 2) AS double precision)"#)
        try expect(
            value: { $0.invoice.issuedOn.year }, #"CAST(strftime('%Y', t1."issued_on") AS INTEGER)"#,
            #"CAST(FLOOR(EXTRACT(year FROM t1."issued_on" AT TIME ZONE 'UTC')) AS bigint)"#)
        try expect(
            value: { $0.invoice.issuedOn.truncated(to: .month) },
            #"strftime('%Y-%m-01 00:00:00.000000', t1."issued_on")"#, #"date_trunc('month', t1."issued_on", 'UTC')"#)
    }

    @Test func writesValuesOfManyRows() throws {
        try expect(
            value: { $0.invoice.lines.count { $0.amount > 5 } },
            #"(SELECT COUNT(*) FROM "line" AS te1_0 WHERE te1_0."invoice_id" = t0."invoice_id" AND (te1_0."amount" > ?))"#,
            nil)
        try expect(
            value: { $0.invoice.lines.aggregate { $0.amount.sum.filter($0.position == 1) } },
            #"(SELECT COALESCE(SUM(te1_0."amount") FILTER (WHERE te1_0."position" = ?), 0) FROM "line" AS te1_0 "#
                + #"WHERE te1_0."invoice_id" = t0."invoice_id")"#,
            #"(SELECT CAST(COALESCE(SUM(te1_0."amount") FILTER (WHERE te1_0."position" = $1), 0) AS bigint) "#
                + #"FROM "line" AS te1_0 WHERE te1_0."invoice_id" = t0."invoice_id")"#)
        try expect(
            value: {
                $0.amount.avg.over(partition: [$0.invoice.id], order: [$0.id], frame: .rows(.before(1), .current))
            },
            #"AVG(t0."amount") OVER (PARTITION BY t0."invoice_id" ORDER BY t0."id" "#
                + "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", nil)
        try expect(
            value: { line in
                Line.objects.filter { $0.invoice.id == outer(line.invoice.id) }.order(by: \.amount.descending)
                    .subquery { $0.amount }
            },
            #"(SELECT te1_0."amount" FROM "line" AS te1_0 WHERE te1_0."invoice_id" = t0."invoice_id" "#
                + #"ORDER BY te1_0."amount" DESC LIMIT ?)"#,
            #"(SELECT te1_0."amount" FROM "line" AS te1_0 WHERE te1_0."invoice_id" = t0."invoice_id" "#
                + #"ORDER BY te1_0."amount" DESC LIMIT 1)"#)
    }

    @Test func locksRowsOnPostgreSQLAlone() throws {
        let query = Tag.objects.selectForUpdate(.noWait)
        #expect(try query.sql(for: .postgreSQL).text.hasSuffix("FOR UPDATE OF t0 NOWAIT"))
        #expect(throws: ORMError.self) { try query.sql() }
    }

    /// The text of a lookup of one column behind its name.
    private func expect<Value>(
        _ column: KeyPath<Invoice.Columns, Column<Value>>, _ lookup: (Column<Value>) -> Condition, _ sqlite: String,
        _ postgreSQL: String, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let query = Invoice.objects.filter { lookup($0[keyPath: column]) }
        #expect(try query.sql().text.contains(#" WHERE t0.""#), sourceLocation: location)
        try expect(query, after: #"" "#, sqlite, postgreSQL, location)
    }

    private func expect(
        condition: (Invoice.Columns) -> Condition, _ sqlite: String, _ postgreSQL: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        try expect(Invoice.objects.filter(condition), after: " WHERE ", sqlite, postgreSQL, location)
    }

    /// The text of a computed value; `nil` where PostgreSQL's differs in its placeholders only.
    private func expect<Term: SelectExpression>(
        value: (Line.Columns) -> Term, _ sqlite: String, _ postgreSQL: String?,
        _ location: SourceLocation = #_sourceLocation
    ) throws where Term.Value: Encodable {
        let query = Line.objects.annotate(Total.self, value)
        for (dialect, expected) in [(Dialect.sqlite, sqlite), (.postgreSQL, postgreSQL ?? numbered(sqlite))] {
            let text = try query.sql(for: dialect).text
            #expect(text.contains(", \(expected) FROM "), sourceLocation: location)
        }
    }

    private func expect<Row>(
        _ query: QuerySet<Row>, after start: String, _ sqlite: String, _ postgreSQL: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        for (dialect, expected) in [(Dialect.sqlite, sqlite), (.postgreSQL, postgreSQL)] {
            #expect(try query.sql(for: dialect).text.hasSuffix(start + expected), sourceLocation: location)
        }
    }

    private func numbered(_ text: String) -> String {
        var count = 0
        return text.reduce(into: "") { result, character in
            if character == "?" { count += 1 }
            result += character == "?" ? "$\(count)" : String(character)
        }
    }
}
