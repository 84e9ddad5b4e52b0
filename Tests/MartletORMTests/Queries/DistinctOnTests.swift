import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct DistinctOnTests {
    @Test func keepsTheFirstOfEach() async throws {
        let database = try await Billing.filled()
        let newest = Invoice.objects.order(by: \.issuedOn.descending).distinct(on: \.client.id)
        #expect(try await newest.all(on: database).map(\.id) == [4, 3, 2])
        #expect(try await newest.reverse().all(on: database).map(\.id) == [1, 2, 4])
        #expect(try await newest.offset(1).limit(1).all(on: database).map(\.id) == [3])
        let largest = Line.objects.order(by: \.invoice.id, \.amount.descending).distinct(on: \.invoice.id)
        #expect(try await largest.all(on: database).map(\.amount) == [70, 200, 7])
        // Without an order by the terms, and the first by key.
        #expect(try await Client.objects.distinct(on: \.country).all(on: database).map(\.name) == ["Ada", "Bob"])
        #expect(
            try await Client.objects.distinct(on: \.country, \.company.id).all(on: database).map(\.name)
                == ["Ada", "Cid", "Bob"])
    }

    @Test func writesDistinctOnWhereTheOrderBeginsWithIt() throws {
        let largest = Line.objects.filter { $0.amount > 5 }.order(by: \.invoice.id, \.amount.descending)
            .distinct(on: \.invoice.id).limit(2)
        #expect(
            try largest.sql(for: .postgreSQL).text == """
                SELECT DISTINCT ON (t0."invoice_id") t0."id", t0."position", t0."amount", t0."invoice_id", t0."project_id" \
                FROM "line" AS t0 WHERE t0."amount" > $1 ORDER BY t0."invoice_id", t0."amount" DESC LIMIT 2
                """)
        #expect(
            try Tag.objects.distinct(on: \.name).sql(for: .postgreSQL).text
                == #"SELECT DISTINCT ON (t0."name") t0."id", t0."name" FROM "tag" AS t0 ORDER BY t0."name", t0."id""#)
        // SQLite, and any other order, number the rows of each.
        let numbered = """
            SELECT c0, c1 FROM (SELECT t0."id" AS c0, t0."name" AS c1, t0."id" AS o0, ROW_NUMBER() OVER (PARTITION BY \
            t0."name" ORDER BY t0."id" DESC) AS n FROM "tag" AS t0) AS numbered WHERE n = 1 ORDER BY o0 DESC
            """
        for dialect in Dialect.allCases {
            #expect(try Tag.objects.order(by: \.id.descending).distinct(on: \.name).sql(for: dialect).text == numbered)
        }
    }

    @Test func takesPartInOtherQueries() async throws {
        let database = try await Billing.filled()
        let newest = Invoice.objects.order(by: \.issuedOn.descending).distinct(on: \.client.id)
        #expect(try await newest.count(on: database) == 3)
        #expect(try await newest.exists(on: database))
        let rows = try await expectQueries(2) {
            try await newest.selectRelated(\.client).prefetchRelated(\.lines).all(on: database)
        }
        #expect(rows.map(\.client.name) == ["Cid", "Ada", "Bob"])
        #expect(rows.map(\.lines.count) == [2, 0, 1])
        let names = try await newest.values(on: database) { ($0.client.name, $0.number) }
        #expect(names.map(\.0) == ["Cid", "Ada", "Bob"])
        let within = Invoice.objects.filter { $0.id.isIn(newest.subquery { $0.id }) }.order(by: \.id)
        #expect(try await within.all(on: database).map(\.id) == [2, 3, 4])
        let union = newest.union(Invoice.objects.filter { $0.id == 1 }).order(by: \.id)
        #expect(try await union.all(on: database).map(\.id) == [1, 2, 3, 4])
        #expect(try await newest.update(on: database) { [$0.number.set("newest")] } == 3)
        #expect(try await Invoice.objects.filter { $0.number == "newest" }.count(on: database) == 3)
    }

    @Test func refusesWhatHasNoMeaning() async throws {
        let database = try await Billing.filled()
        let newest = Invoice.objects.distinct(on: \.client.id)
        func refuses(_ words: String, _ body: () async throws -> Void) async {
            let error = await #expect(throws: ORMError.self) { try await body() }
            #expect(error?.message.contains(words) == true)
        }
        await refuses("goes with no aggregates") {
            _ = try await newest.values(on: database) { ($0.client.id, $0.id.count) }
        }
        await refuses("aggregate cannot follow limit, offset or distinct") {
            _ = try await newest.aggregate(on: database) { $0.id.count }
        }
        await refuses("A prefetch can neither keep the first rows") {
            _ = try await Client.objects.prefetchRelated(\.invoices) { $0.distinct(on: \.status) }.all(on: database)
        }
        await refuses("A prefetch can neither keep the first rows by distinct(on:) nor lock rows") {
            _ = try await Client.objects.prefetchRelated(\.invoices) { $0.selectForUpdate() }.all(on: database)
        }
    }
}
