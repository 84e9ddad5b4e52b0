import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct FindingTests {
    @Test func findsFirstLastEarliestAndLatest() async throws {
        let database = try await Billing.filled()
        #expect(try await Line.objects.order(by: \.amount).last(on: database)?.amount == 200)
        #expect(try await Line.objects.last(on: database)?.id == 6)
        #expect(try await Line.objects.filter { $0.id > 99 }.last(on: database) == nil)
        #expect(try await Invoice.objects.earliest(by: \.issuedOn, on: database).id == 1)
        #expect(try await Invoice.objects.latest(by: \.issuedOn, on: database).id == 4)
        let error = await #expect(throws: ORMError.self) {
            try await Invoice.objects.filter { $0.id > 99 }.latest(by: \.issuedOn, on: database)
        }
        #expect(error?.code == .doesNotExist)
        #expect(error?.message.contains("There is no Invoice") == true)
    }

    @Test func reversesAnOrder() async throws {
        let database = try await Billing.filled()
        let query = Line.objects.order(by: \.invoice.id.descending, \.position).reverse()
        #expect(try query.sql().text.hasSuffix(#"ORDER BY t0."invoice_id", t0."position" DESC"#))
        #expect(try await query.all(on: database).map(\.amount) == [30, 50, 70, 200, 7, 5])
        #expect(try await Tag.objects.reverse().all(on: database).map(\.id) == [3, 2, 1])
    }

    @Test func placesMissingValues() async throws {
        let database = try await Billing.filled()
        let last = Invoice.objects.order(by: \.number.ascending.nullsLast)
        #expect(try last.sql().text.hasSuffix(#"ORDER BY t0."number" NULLS LAST"#))
        #expect(try await last.all(on: database).map(\.id) == [1, 2, 4, 3])
        #expect(try await last.reverse().all(on: database).map(\.id) == [3, 4, 2, 1])
        let computed = Invoice.objects.order { [$0.lines.count.descending, $0.id.descending] }
        #expect(try await computed.all(on: database).map(\.id) == [1, 4, 2, 3])
        let shuffled = try await Tag.objects.order { _ in [Ordering.random] }.all(on: database)
        #expect(Set(shuffled.map(\.id)) == [1, 2, 3])
    }

    @Test func knowsWhetherARowIsAmongThem() async throws {
        let database = try await Billing.filled()
        let tag = try await Tag.objects.get(1, on: database)
        #expect(try await Tag.objects.filter { $0.name == "urgent" }.contains(tag, on: database))
        #expect(try await Tag.objects.filter { $0.name == "design" }.contains(tag, on: database) == false)
    }

    @Test func findsRowsInBulk() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(2) {
            try await Invoice.objects.prefetchRelated(\.lines).inBulk([1, 4, 99], on: database)
        }
        #expect(rows.mapValues(\.lines.count) == [1: 3, 4: 2])
        let none = try await expectQueries(0) { try await Invoice.objects.inBulk([], on: database) }
        #expect(none.isEmpty)
    }

    @Test func findsRowsInBulkByAUniqueColumn() async throws {
        let database = try await Billing.filled()
        let query = Client.objects.selectRelated(\.company).prefetchRelated(\.invoices)
        let rows = try await expectQueries(2) {
            try await query.inBulk(["Ada", "Cid", "Eve"], by: \.name, on: database)
        }
        #expect(rows.mapValues(\.company.name) == ["Ada": "Acme", "Cid": "Globex"])
        #expect(rows["Ada"]?.invoices.count == 2)
        #expect(try await Client.objects.none().inBulk(["Ada"], by: \.name, on: database).isEmpty)
    }

    @Test func explainsAQuery() async throws {
        let database = try await Billing.filled()
        let plan = try await Client.objects.filter { $0.name == "Ada" }.explain(on: database)
        let step = TestDatabase.by(
            sqlite: "SEARCH t0 USING INDEX client_name_unique (name=?)",
            postgreSQL: "Index Scan using client_name_unique on client t0")
        #expect(plan.first?.hasPrefix(step) == true)
    }

    @Test func readsRowsOfAStatementByHand() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(2) {
            try await Invoice.objects.raw("SELECT *, 1 AS more FROM invoice WHERE number LIKE \("2026-%")")
                .filter { $0.client.country == "DE" }.selectRelated(\.client).prefetchRelated(\.tags)
                .order(by: \.id.descending).all(on: database)
        }
        #expect(rows.map(\.number) == ["2026-3", "2026-1"])
        #expect(rows.map(\.client.name) == ["Cid", "Ada"])
        #expect(rows.map(\.tags.count) == [0, 2])
        let prefetched = try await Invoice.objects.order(by: \.id)
            .prefetchRelated(\.lines) { $0.raw("SELECT * FROM line WHERE amount > \(40)").order(by: \.id) }.all(
                on: database)
        #expect(prefetched.map { $0.lines.map(\.amount) } == [[50, 70], [200], [], []])
        let error = await #expect(throws: ORMError.self) {
            try await Tag.objects.raw("SELECT id FROM tag").all(on: database)
        }
        let words = TestDatabase.by(sqlite: "no such column: t0.name", postgreSQL: "column t0.name does not exist")
        #expect(error?.message.contains(words) == true)
    }

    @Test(.on(.sqlite)) func locksNoRowsOnSQLite() async throws {
        let database = try await Billing.filled()
        let query = Tag.objects.filter { $0.id == 1 }.selectForUpdate(.skipLocked)
        let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
        #expect(error?.message.contains("SQLite has no row locks") == true)
    }

    @Test(.on(.postgreSQL)) func locksRowsOnPostgreSQL() async throws {
        let database = try await Billing.filled()
        let query = Tag.objects.filter { $0.id == 1 }.selectForUpdate(.skipLocked)
        let all = Tag.objects.order(by: \.id)
        try await database.transaction { tx in
            let locked = try await query.all(on: tx)
            // Another task: in this one, to wait for what it has locked itself is refused.
            let others = try await Task.detached { try await all.selectForUpdate(.skipLocked).all(on: database) }.value
            #expect(locked.map(\.id) == [1] && others.map(\.id) == [2, 3])
            let busy = await #expect(throws: ORMError.self) {
                try await Task.detached { try await all.selectForUpdate(.noWait).all(on: database) }.value
            }
            #expect(busy?.code == .busy)
        }
        // The lock is on the query's own table, also when a joined row may be missing.
        let joined = Invoice.objects.selectRelated(\.project).prefetchRelated(\.lines).selectForUpdate()
        #expect(
            try await joined.order(by: \.id).all(on: database).map { $0.project == nil } == [false, false, true, false])
        #expect(
            try query.sql(for: .postgreSQL).text.hasSuffix(#"WHERE t0."id" = $1 FOR UPDATE OF t0 SKIP LOCKED"#))
        #expect(
            try Tag.objects.selectForUpdate(.noWait, noKey: true).sql(for: .postgreSQL).text
                .hasSuffix("FOR NO KEY UPDATE OF t0 NOWAIT"))
    }

    @Test(.on(.postgreSQL)) func locksRowsOfARelation() async throws {
        let database = try await Billing.filled()
        let lines = Line.objects.order(by: \.id)
        try await database.transaction { tx in
            let locked = try await lines.filter { $0.id == 1 }.selectForUpdate(of: \.invoice).all(on: tx)
            // For others the invoice is locked, and the line is not.
            let (invoices, all, both) = try await Task.detached {
                let invoices = Invoice.objects.order(by: \.id).selectForUpdate(.skipLocked)
                return (
                    try await invoices.all(on: database).map(\.id),
                    try await lines.selectForUpdate(.noWait).all(on: database).map(\.id),
                    try await lines.selectForUpdate(.skipLocked, of: \.self, \.invoice).all(on: database).map(\.id)
                )
            }.value
            #expect(locked.map(\.id) == [1] && invoices == [2, 3, 4])
            #expect(all == [1, 2, 3, 4, 5, 6] && both == [4, 5, 6])
        }
    }

    @Test func locksRowsOfRelations() throws {
        let both = Invoice.objects.filter { $0.id == 1 }.selectForUpdate(.noWait, of: \.self, \.client)
        #expect(
            try both.selectRelated(\.client).sql(for: .postgreSQL).text.hasSuffix(
                #"JOIN "client" AS t1 ON t1."id" = t0."client_id" WHERE t0."id" = $1 FOR UPDATE OF t0, t1 NOWAIT"#))
        // What is locked is joined, loaded or not.
        let company = Line.objects.selectForUpdate(noKey: true, of: \.invoice.client.company)
        let text = try company.sql(for: .postgreSQL).text
        #expect(
            text.hasPrefix(#"SELECT t0."id", t0."position", t0."amount", t0."invoice_id", t0."project_id" FROM "line""#)
        )
        #expect(
            text.hasSuffix(
                #"JOIN "company" AS t3 ON t3."id" = t2."company_id" FOR NO KEY UPDATE OF t3"#))
        let nullable = Invoice.objects.selectForUpdate(of: \.project)
        let error = #expect(throws: ORMError.self) { try nullable.sql(for: .postgreSQL) }
        #expect(error?.message.contains("a relation that may lead to no row") == true)
    }
}
