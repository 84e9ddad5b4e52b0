import MartletORM
import MartletTesting
import Testing

@RowName private enum LineTotal {}

/// A page of rows with related ones joined: PostgreSQL joins to the page, not to all rows.
@Suite(.eachDatabase) struct SlicedJoinTests {
    @Test func joinsToThePage() async throws {
        let query = Line.objects.filter { $0.invoice.id == 1 && $0.amount > 10 }.selectRelated(\.invoice)
            .order(by: \.amount.descending, \.id).limit(2).offset(1)
        let columns = #"t0."id", t0."position", t0."amount", t0."invoice_id", t0."project_id""#
        let joined = #"JOIN "invoice" AS t1 ON t1."id" = t0."invoice_id""#
        let order = #"ORDER BY t0."amount" DESC, t0."id""#
        let text = try query.sql(for: TestDatabase.product).text
        #expect(text.hasPrefix("SELECT \(columns), "))
        #expect(
            text.hasSuffix(
                TestDatabase.by(
                    sqlite: """
                        FROM "line" AS t0 \(joined) WHERE (t1."id" = ? AND t0."amount" > ?) \(order) LIMIT ? OFFSET ?
                        """,
                    postgreSQL: """
                        FROM (SELECT * FROM "line" AS t0 WHERE (t0."invoice_id" = $1 AND t0."amount" > $2) \(order) \
                        LIMIT 2 OFFSET $3) AS t0 JOIN LATERAL (SELECT * FROM "invoice" WHERE "id" = t0."invoice_id" OFFSET 0) \
                        AS t1 ON TRUE \(order)
                        """)))
        let rows = try await query.all(on: Billing.filled())
        #expect(rows.map(\.amount) == [50, 30])
        #expect(rows.map(\.invoice.number) == ["2026-1", "2026-1"])
    }

    @Test func leavesTheWayOfJoiningManyRowsToTheServer() throws {
        let text = try Line.objects.selectRelated(\.invoice).order(by: \.id).limit(201).sql(for: .postgreSQL).text
        #expect(
            text.hasSuffix(
                """
                FROM (SELECT * FROM "line" AS t0 ORDER BY t0."id" LIMIT 201) AS t0 \
                JOIN "invoice" AS t1 ON t1."id" = t0."invoice_id"
                """))
    }

    /// A join may lose the page's order, which the server is not asked to see to again where that would take long.
    @Test(.on(.postgreSQL)) func restoresTheOrderOfALongPage() async throws {
        let careless = SwitchedDatabase(try await Billing.filled())
        careless.set(.inAnyOrder)
        let database = Database(driver: careless)
        let lines = Line.objects.selectRelated(\.invoice).limit(1000)
        let rows = try await lines.order(by: \.position, \.id.descending).all(on: database)
        #expect(rows.map(\.id) == [5, 4, 2, 6, 1, 3])
        #expect(rows.map(\.invoice.id) == [4, 2, 1, 4, 1, 1])
        let last = try await lines.order(by: \.position.descending, \.id).limit(300).all(on: database)
        #expect(last.map(\.id) == [3, 1, 6, 2, 4, 5])
    }

    @Test func leavesOtherOrdersToTheServer() throws {
        let lines = Line.objects.selectRelated(\.invoice).limit(1000)
        let optional = try lines.order(by: \.project.id, \.id).sql(for: .postgreSQL).text
        #expect(optional.hasSuffix(#"ORDER BY t0."project_id", t0."id""#))
        let joined = try lines.order(by: \.invoice.number).sql(for: .postgreSQL).text
        #expect(joined.hasSuffix(#"ORDER BY t1."number" LIMIT 1000"#))
    }

    @Test func joinsToThePageUnderAConditionAndFurther() async throws {
        let page = Invoice.objects.selectRelated(\.client, as: GermanClient.self, on: { $0.country == "DE" }) {
            $0.selectRelated(\.company)
        }
        .order(by: \.id).limit(2)
        let rows = try await page.all(on: Billing.filled())
        #expect(rows.map { $0.germanClient?.name } == ["Ada", nil])
        #expect(rows.map { $0.germanClient?.company.name } == ["Acme", nil])
    }

    @Test func keepsRowsWithoutARelatedOne() async throws {
        let rows = try await Invoice.objects.selectRelated(\.project).order(by: \.id.descending).limit(2)
            .all(on: Billing.filled())
        #expect(rows.map(\.id) == [4, 3])
        #expect(rows.map(\.project?.name) == ["Cart", nil])
    }

    @Test func findsRowsThroughAJoin() async throws {
        let database = try await Billing.filled()
        let filtered = Invoice.objects.filter { $0.client.country == "DE" }.selectRelated(\.client)
            .order(by: \.id).limit(2)
        #expect(try await filtered.all(on: database).map(\.id) == [1, 3])
        let ordered = Invoice.objects.selectRelated(\.client).order(by: \.client.name.descending).limit(1)
        #expect(try await ordered.all(on: database).map(\.id) == [4])
    }

    @Test func looksAtAllRowsWhereAColumnDoes() async throws {
        let rows = try await Line.objects.selectRelated(\.invoice).annotate(LineTotal.self) { $0.amount.sum.over() }
            .order(by: \.id).limit(2).all(on: Billing.filled())
        #expect(rows.map(\.lineTotal) == [362, 362])
        #expect(rows.map(\.invoice.number) == ["2026-1", "2026-1"])
    }
}
