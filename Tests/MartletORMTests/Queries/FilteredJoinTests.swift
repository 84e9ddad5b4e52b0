import MartletORM
import MartletTesting
import Testing

@RowName private enum German {}
@RowName private enum French {}
@RowName private enum Busy {}

@Suite(.eachDatabase) struct FilteredJoinTests {
    @Test func joinsARelationSeveralTimesUnderConditions() async throws {
        let database = try await Billing.filled()
        let (rows, statements) = try await QueryRecorder.record {
            try await Invoice.objects.order(by: \.id).filter { $0.client.name != "x" }
                .selectRelated(\.client, as: German.self, on: { $0.country == "DE" })
                .selectRelated(\.client, as: French.self, on: { $0.country == "FR" })
                .selectRelated(\.client)
                .all(on: database)
        }
        #expect(rows.map { $0.german?.name } == ["Ada", nil, "Ada", "Cid"])
        #expect(rows.map { $0.french?.name } == [nil, "Bob", nil, nil])
        #expect(rows.map(\.client.name) == ["Ada", "Bob", "Ada", "Cid"])
        #expect(
            statements[0].text.contains(
                """
                FROM "invoice" AS t0 LEFT JOIN "client" AS t1 ON t1."id" = t0."client_id" AND t1."country" = ? \
                LEFT JOIN "client" AS t2 ON t2."id" = t0."client_id" AND t2."country" = ? \
                JOIN "client" AS t3 ON t3."id" = t0."client_id" WHERE
                """))
        #expect(statements[0].bindings.map(\.description) == [#""DE""#, #""FR""#, #""x""#])
        #expect(statements.count == 1)
    }

    @Test func loadsMoreBelow() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(2) {
            try await Invoice.objects.order(by: \.id)
                .selectRelated(\.client, as: German.self, on: { $0.country == "DE" }) {
                    $0.selectRelated(\.company).prefetchRelated(\.invoices) { $0.order(by: \.id) }
                }.all(on: database)
        }
        #expect(rows.map { $0.german?.company.name } == ["Acme", nil, "Acme", "Globex"])
        #expect(rows.map { $0.german?.invoices.map(\.id) } == [[1, 3], nil, [1, 3], [4]])
        #expect(
            try await Invoice.objects.selectRelated(\.client, as: German.self, on: { $0.id == 1 }).count(on: database)
                == 4)
    }

    @Test func joinsBelowAJoin() async throws {
        let database = try await Billing.filled()
        let lines = try await expectQueries(1) {
            try await Line.objects.order(by: \.id)
                .selectRelated(\.invoice) { $0.selectRelated(\.client, as: French.self, on: { $0.country == "FR" }) }
                .all(on: database)
        }
        #expect(lines.map { $0.invoice.french?.name } == [nil, nil, nil, "Bob", nil, nil])
    }

    @Test func keepsConditionsApartInSharedBranches() async throws {
        let database = try await Billing.filled()
        let lines = try await expectQueries(3) {
            try await Line.objects.order(by: \.id)
                .prefetchRelated(\.invoice, as: German.self) {
                    $0.selectRelated(\.client, as: Busy.self, on: { $0.country == "DE" })
                }
                .prefetchRelated(\.invoice, as: French.self) {
                    $0.selectRelated(\.client, as: Busy.self, on: { $0.country == "FR" })
                }.all(on: database)
        }
        #expect(lines.map { $0.german?.busy?.name } == ["Ada", "Ada", "Ada", nil, "Cid", "Cid"])
        #expect(lines.map { $0.french?.busy?.name } == [nil, nil, nil, "Bob", nil, nil])
    }

    @Test func refusesAConditionOnAFurtherTable() async throws {
        let database = try await Billing.filled()
        let far = Invoice.objects.selectRelated(\.client, as: German.self, on: { $0.company.name == "Acme" })
        let error = await #expect(throws: ORMError.self) { try await far.all(on: database) }
        #expect(error?.message.contains("can only be about its own columns") == true)
        let rows = try await Invoice.objects.order(by: \.id)
            .selectRelated(\.client, as: Busy.self, on: { $0.invoices.count > 1 && $0.company.id == 1 })
            .all(on: database)
        #expect(rows.map { $0.busy?.name } == ["Ada", nil, "Ada", nil])
    }

    @Test func fillsARelationByTheConditionOfTheFilter() async throws {
        let database = try await Billing.filled()
        func isBig(_ line: Line.Columns) -> Condition { line.amount >= 70 }
        let rows = try await expectQueries(2) {
            try await Invoice.objects.filter { $0.lines.exists(isBig) }.order(by: \.id)
                .prefetchRelated(\.lines) { $0.filter(isBig) }.all(on: database)
        }
        #expect(rows.map { $0.lines.map(\.amount) } == [[70], [200]])
    }
}
