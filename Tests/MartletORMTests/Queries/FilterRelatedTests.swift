import MartletORM
import MartletTesting
import Testing

@RowName private enum Big {}
@RowName private enum Spot {}
@RowName private enum NumberOfLines {}

/// A to-many relation filled from the join of the filter, and by a prefetch where that is not the same.
@Suite(.eachDatabase) struct FilterRelatedTests {
    private static func isBig(_ line: Line.Columns) -> Condition { line.amount >= 50 }

    /// Invoices 1 with lines of 70 and 50, and 2 with one of 200.
    private static let big = Invoice.objects.order(by: \.id)
        .filterRelated(\.lines) { $0.filter(isBig).order(by: \.position) }

    @Test func fillsTheRelationFromTheJoinOfTheFilter() async throws {
        let database = try await Billing.filled()
        let (rows, statements) = try await QueryRecorder.record { try await Self.big.all(on: database) }
        #expect(rows.map(\.id) == [1, 2])
        #expect(rows.map { $0.lines.map(\.amount) } == [[70, 50], [200]])
        #expect(statements.count == 1)
        #expect(
            statements[0].text.contains(
                #"FROM "invoice" AS t0 JOIN "line" AS t1 ON t1."invoice_id" = t0."id" WHERE t1."amount" >= "#))
        #expect(statements[0].text.hasSuffix(#"ORDER BY t0."id", t1."position""#))
        let written = try Self.big.sql().text
        #expect(statements[0].text == written)
        let plain = try await expectQueries(1) { try await Client.objects.filterRelated(\.invoices).all(on: database) }
        #expect(plain.reduce(into: [:]) { $0[$1.name] = $1.invoices.count } == ["Ada": 2, "Bob": 1, "Cid": 1])
    }

    @Test func answersAsTheFilterAndThePrefetchDo() async throws {
        let database = try await Billing.filled()
        let filters: [@Sendable (Line.Columns) -> Condition] = [
            { $0.amount >= 70 }, { $0.amount < 6 || $0.position > 2 }, { $0.project.isNull },
            { $0.project.name == "Site" },
            { $0.invoice.client.country == "DE" }, { $0.amount < 0 }, { !($0.project.id == 1) },
        ]
        for isMeant in filters {
            let query = Invoice.objects.order(by: \.client.name.descending, \.id.descending)
            let joined = try await query.filterRelated(\.lines) { $0.filter(isMeant).order(by: \.amount) }.all(
                on: database)
            let apart = try await query.filter { $0.lines.exists(isMeant) }
                .prefetchRelated(\.lines) { $0.filter(isMeant).order(by: \.amount) }.all(on: database)
            #expect(joined == apart)
        }
    }

    @Test func goesThroughATableBetween() async throws {
        let database = try await Billing.filled()
        let (rows, statements) = try await QueryRecorder.record {
            try await Invoice.objects.filterRelated(\.tags) {
                $0.filter { $0.name != "x" }.order(by: \.name.descending)
            }
            .all(on: database)
        }
        #expect(rows.map(\.id) == [1, 2])
        #expect(rows.map { $0.tags.map(\.name) } == [["urgent", "design"], ["design"]])
        #expect(statements.count == 1)
        #expect(
            statements[0].text.contains(
                """
                FROM "invoice" AS t0 JOIN "invoice_tag" AS t1 ON t1."invoice_id" = t0."id" \
                JOIN "tag" AS t2 ON t2."id" = t1."tag_id" WHERE t2."name" <> ?
                """))
        // The order of the tags is one within each invoice.
        #expect(statements[0].text.hasSuffix(#"ORDER BY t0."id", t2."name" DESC"#))
    }

    @Test func keepsTheOrderOfRowsThatAreApart() async throws {
        let database = try await Billing.filled()
        // Invoices of one status are equal in the order, so that their lines come mixed.
        let rows = try await expectQueries(1) {
            try await Invoice.objects.filter { $0.id != 1 }.order(by: \.status)
                .filterRelated(\.lines) { $0.order(by: \.position) }.all(on: database)
        }
        #expect(Set(rows.map(\.id)) == [2, 4] && rows.count == 2)
        #expect(rows.first { $0.id == 4 }?.lines.map(\.amount) == [5, 7])
        #expect(rows.first { $0.id == 2 }?.lines.map(\.amount) == [200])
    }

    @Test func loadsMoreAroundAndBelow() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(3) {
            try await Invoice.objects.order(by: \.id).selectRelated(\.client)
                .filterRelated(\.lines, as: Big.self) {
                    $0.filter(Self.isBig).order(by: \.position).selectRelated(\.project)
                        .prefetchRelated(\.invoice) { $0.selectRelated(\.client) }
                }
                .annotate(NumberOfLines.self) { $0.lines.count }
                .selectRelated(\.project) { $0.selectRelated(\.parent) }
                .prefetchRelated(\.tags) { $0.order(by: \.name) }
                .filter { $0.client.name != "Cid" }
                .all(on: database)
        }
        #expect(rows.map(\.id) == [1, 2])
        #expect(rows.map(\.client.name) == ["Ada", "Bob"])
        #expect(rows.map { $0.big.map(\.amount) } == [[70, 50], [200]])
        #expect(rows.map { $0.big.map { $0.project?.name } } == [["Site", nil], ["Cart"]])
        #expect(rows[0].big.map(\.invoice.client.name) == ["Ada", "Ada"])
        #expect(rows.map(\.numberOfLines) == [3, 1])
        #expect(rows.map { $0.project?.parent?.name } == ["Site", nil])
        #expect(rows.map { $0.tags.map(\.name) } == [["design", "urgent"], ["design"]])
    }

    @Test func readsOneRowByItsKey() async throws {
        let database = try await Billing.filled()
        let row = try await expectQueries(1) { try await Self.big.get(1, on: database) }
        #expect(row.lines.map(\.amount) == [70, 50])
        let error = await #expect(throws: ORMError.self) { try await Self.big.get(4, on: database) }
        #expect(error?.code == .doesNotExist)
        let bulk = try await expectQueries(1) { try await Self.big.inBulk([1, 2, 4], on: database) }
        #expect(bulk.mapValues { $0.lines.count } == [1: 2, 2: 1])
    }

    /// What a join would do wrong is a filter and a prefetch, with the same rows.
    @Test func needsASecondStatementWhereAJoinWouldMultiply() async throws {
        let database = try await Billing.filled()
        let first = try await expectQueries(2) { try await Self.big.first(on: database) }
        #expect(first?.lines.map(\.amount) == [70, 50])
        let second = try await expectQueries(2) { try await Self.big.offset(1).limit(1).all(on: database) }
        #expect(second.map { $0.lines.map(\.amount) } == [[200]])
        let only = try await expectQueries(2) { try await Self.big.filter { $0.id == 1 }.get(on: database) }
        #expect(only.lines.count == 2)
        let page = try await expectQueries(2) { try await Self.big.page(size: 1, on: database) }
        #expect(page.rows.map { $0.lines.count } == [2] && page.next != nil)
        let distinct = try await expectQueries(2) { try await Self.big.distinct().all(on: database) }
        #expect(distinct.map { $0.lines.count } == [2, 1])
        let ofEach = try await expectQueries(2) { try await Self.big.distinct(on: \.client.id).all(on: database) }
        #expect(ofEach.map { $0.lines.count } == [2, 1])
        let placed = try await expectQueries(2) {
            try await Self.big.annotate(Spot.self) { _ in Window.rowNumber.over(order: [Ordering.random]) }
                .all(on: database)
        }
        #expect(Set(placed.map(\.spot)) == [1, 2])
        let shuffled = try await expectQueries(2) {
            try await Self.big.order { _ in [Ordering.random] }.all(on: database)
        }
        #expect(shuffled.first { $0.id == 1 }?.lines.map(\.amount) == [70, 50])
        let limited = try await expectQueries(2) {
            try await Invoice.objects.order(by: \.id)
                .filterRelated(\.lines) { $0.filter(Self.isBig).order(by: \.position).limit(1) }.all(on: database)
        }
        #expect(limited.map { $0.lines.map(\.amount) } == [[70], [200]])
    }

    @Test func needsASecondStatementForRowsPutTogether() async throws {
        let database = try await Billing.filled()
        let (one, two) = (Self.big.filter { $0.id == 1 }, Self.big.filter { $0.id == 2 })
        let union = try await expectQueries(2) { try await one.union(two).order(by: \.id).all(on: database) }
        #expect(union.map { $0.lines.map(\.amount) } == [[70, 50], [200]])
        let either = try await expectQueries(2) {
            try await one.or(Self.big.filter { $0.status == .sent }).all(on: database)
        }
        #expect(either.map { $0.lines.map(\.amount) } == [[70, 50], [200]])
        var streamed: [Int] = []
        for try await row in Self.big.stream(chunk: 1, on: database) { streamed.append(row.lines.count) }
        #expect(streamed == [2, 1])
        let below = try await expectQueries(3) {
            try await Client.objects.order(by: \.id)
                .prefetchRelated(\.invoices) { $0.filterRelated(\.lines) { $0.filter(Self.isBig) } }.all(on: database)
        }
        #expect(below.map { $0.invoices.map(\.lines.count) } == [[2], [1], []])
    }

    @Test func joinsTheFirstOfTwoRelations() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(2) {
            try await Self.big.filterRelated(\.tags) { $0.filter { $0.name == "design" } }.all(on: database)
        }
        #expect(rows.map { $0.lines.map(\.amount) } == [[70, 50], [200]])
        #expect(rows.map { $0.tags.map(\.name) } == [["design"], ["design"]])
        let none = try await Self.big.filterRelated(\.tags) { $0.filter { $0.name == "unused" } }.all(on: database)
        #expect(none.isEmpty)
    }

    @Test func countsAndChangesRowsAndNotPairs() async throws {
        let database = try await Billing.filled()
        #expect(try await Self.big.count(on: database) == 2)
        #expect(try await Self.big.filter { $0.id == 4 }.exists(on: database) == false)
        #expect(try await Self.big.aggregate(on: database) { $0.id.sum } == 3)
        #expect(try await Self.big.values(on: database) { $0.id } == [1, 2])
        #expect(try await Self.big.update(on: database) { [$0.status.set(.paid)] } == 2)
        #expect(try await Self.big.filter { $0.id == 2 }.delete(on: database) == 1)
        #expect(try await Self.big.all(on: database).map(\.status) == [.paid])
        #expect(try await expectQueries(0) { try await Self.big.none().all(on: database) }.isEmpty)
        #expect(try await Self.big.explain(on: database).joined().isEmpty == false)
    }

    @Test(.on(.postgreSQL)) func locksRowsByThemselves() async throws {
        let database = try await Billing.filled()
        try await database.transaction { tx in
            let rows = try await expectQueries(2) { try await Self.big.selectForUpdate().all(on: tx) }
            #expect(rows.map { $0.lines.count } == [2, 1])
        }
    }

    @Test func refusesRelatedRowsThatAreNoRowsOfATable() async throws {
        let database = try await Billing.filled()
        let queries: [(QuerySet<Line>) -> QuerySet<Line>] = [
            { $0.union(Line.objects.filter { $0.id == 1 }) }, { $0.raw("SELECT * FROM line") },
            { $0.distinct(on: \.position) }, { $0.selectForUpdate() },
        ]
        for related in queries {
            let query = Invoice.objects.filterRelated(\.lines, related)
            let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
            #expect(error?.code == .invalidQuery)
            #expect(error?.message.hasPrefix(#"The closure of filterRelated(\.lines) can filter, order"#) == true)
        }
        let joined = Invoice.objects.selectRelated(\.client) { $0.filterRelated(\.invoices) }
        let error = await #expect(throws: ORMError.self) { try await joined.all(on: database) }
        #expect(error?.message.contains("not filter, order or limit") == true)
    }
}
