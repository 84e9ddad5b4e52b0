import Foundation
import MartletORM
import MartletTesting
import Testing

@RowName enum LineCount {}
@RowName enum Total {}
@RowName enum Place {}
@RowName enum Size {}
@RowName enum Largest {}
@RowName enum HasLines {}

extension Invoice.Columns {
    /// Django's alias: a value with a name, for filters and orders.
    var lineCount: SQLExpression<Int> { lines.count }
}

@Suite(.eachDatabase) struct AnnotateTests {
    @Test func countsAndSumsRelatedRowsInTheSameQuery() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.annotate(LineCount.self) { $0.lineCount }
            .annotate(Total.self) { $0.lines.aggregate { $0.amount.sum } }
            .filter { $0.lineCount > 0 }.order(by: \.lineCount.descending, \.id)
        let rows = try await expectQueries(1) { try await query.all(on: database) }
        #expect(rows.map(\.lineCount) == [3, 2, 1])
        #expect(rows.map(\.total) == [150, 12, 200])
        #expect(rows.map(\.number) == ["2026-1", "2026-3", "2026-2"])
        #expect(
            try query.sql().text.contains(
                """
                (SELECT COUNT(*) FROM "line" AS te1_0 WHERE te1_0."invoice_id" = t0."id"), \
                (SELECT COALESCE(SUM(te2_0."amount"), 0) FROM "line" AS te2_0 WHERE te2_0."invoice_id" = t0."id")
                """))
    }

    @Test func countsThoseForWhichAConditionHolds() async throws {
        let database = try await Billing.filled()
        let rows = try await Invoice.objects.order(by: \.id)
            .annotate(LineCount.self) { $0.lines.count { $0.amount > 40 } }
            .annotate(Total.self) { $0.lines.aggregate { $0.amount.sum.filter($0.position > 1) } }
            .annotate(HasLines.self) { $0.lines.exists().value }
            .all(on: database)
        #expect(rows.map(\.lineCount) == [2, 1, 0, 0])
        #expect(rows.map(\.total) == [80, 0, 0, 7])
        #expect(rows.map(\.hasLines) == [true, true, false, true])
    }

    @Test func annotatesBelowJoinsAndPrefetches() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(2) {
            try await Client.objects.order(by: \.id).prefetchRelated(\.invoices) {
                $0.annotate(LineCount.self) { $0.lines.count }.order(by: \.id)
                    .selectRelated(\.project) { $0.annotate(Size.self) { $0.name.length } }
            }.annotate(Total.self) { $0.invoices.count }.all(on: database)
        }
        #expect(rows.map { $0.invoices.map(\.lineCount) } == [[3, 0], [1], [2]])
        #expect(rows.map { $0.invoices.map { $0.project?.size } } == [[4, nil], [4], [4]])
        #expect(rows.map(\.total) == [2, 1, 1])
    }

    @Test func numbersRowsInAWindow() async throws {
        let database = try await Billing.filled()
        let query = Line.objects.order(by: \.id)
            .annotate(Place.self) { Window.rowNumber.over(partition: [$0.invoice.id], order: [$0.position]) }
            .annotate(Total.self) { $0.amount.sum.over(partition: [$0.invoice.id], order: [$0.position]) }
            .annotate(Size.self) { $0.amount.lag().over(partition: [$0.invoice.id], order: [$0.position]) }
        let rows = try await query.all(on: database)
        #expect(rows.map(\.place) == [2, 1, 3, 1, 1, 2])
        #expect(rows.map(\.total) == [120, 70, 150, 200, 5, 12])
        #expect(rows.map(\.size) == [70, nil, 50, nil, nil, 5])
        #expect(
            try query.sql().text.contains(
                #"ROW_NUMBER() OVER (PARTITION BY t0."invoice_id" ORDER BY t0."position")"#))
        let ranks = try await Line.objects.order(by: \.id).values(on: database) {
            (
                Window.rank.over(order: [$0.position]), Window.denseRank.over(order: [$0.position]),
                Window.ntile(2).over(order: [$0.id]), $0.amount.firstValue.over(order: [$0.id]),
                $0.amount.nthValue(2).over(order: [$0.id])
            )
        }
        #expect(ranks.map(\.0) == [4, 1, 6, 1, 1, 4])
        #expect(ranks.map(\.1) == [2, 1, 3, 1, 1, 2])
        #expect(ranks.map(\.2) == [1, 1, 1, 2, 2, 2])
        #expect(ranks.map(\.3) == [50, 50, 50, 50, 50, 50])
        #expect(ranks.map(\.4) == [nil, 70, 70, 70, 70, 70])
    }

    @Test func seesAPartOfTheRowsAround() async throws {
        let database = try await Billing.filled()
        let rows = try await Line.objects.order(by: \.id).values(on: database) {
            (
                $0.amount.sum.over(order: [$0.id], frame: .rows(.before(1), .after(1))),
                $0.amount.lastValue.over(order: [$0.id], frame: .rows(.current, .last))
            )
        }
        #expect(rows.map(\.0) == [120, 150, 300, 235, 212, 12])
        #expect(rows.map(\.1) == [7, 7, 7, 7, 7, 7])
    }

    @Test func asksAnotherQueryForAValue() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.annotate(Largest.self) { invoice in
            Line.objects.filter { $0.invoice.id == outer(invoice.id) }.order(by: \.amount.descending)
                .subquery { $0.project.name }.optional
        }.order(by: \.id)
        let rows = try await expectQueries(1) { try await query.all(on: database) }
        #expect(rows.map(\.largest) == ["Site", "Cart", nil, nil])
        #expect(
            try query.sql().text.contains(
                #"WHERE te1_0."invoice_id" = t0."id" ORDER BY te1_0."amount" DESC LIMIT ?)"#))
    }

    @Test func filtersBySubqueries() async throws {
        let database = try await Billing.filled()
        let german = Client.objects.filter { $0.country == "DE" }
        let among = Invoice.objects.filter { $0.client.id.isIn(german.subquery { $0.id }) }
        #expect(try await among.order(by: \.id).all(on: database).map(\.id) == [1, 3, 4])
        let related = Invoice.objects.filter { invoice in
            .exists(Line.objects.filter { $0.invoice.id == outer(invoice.id) && $0.project.name == "Cart" })
        }
        #expect(try await related.all(on: database).map(\.id) == [2])
        // Both are the same table: the inner column is the inner row's, outer(…) the outer row's.
        let parents = Project.objects.filter { project in
            .exists(Project.objects.filter { $0.parent.id == outer(project.id) })
        }
        #expect(try await parents.order(by: \.id).all(on: database).map(\.id) == [1, 2])
        let largest = Line.objects.filter { line in
            line.amount
                == Line.objects.filter { $0.invoice.id == outer(line.invoice.id) }
                .subquery { $0.amount.max.coalesce(0) }
        }
        #expect(try await largest.order(by: \.id).all(on: database).map(\.amount) == [70, 200, 7])
    }

    @Test func tellsAColumnOfAnotherQuery() async throws {
        let database = try await Billing.filled()
        let forgotten = Invoice.objects.filter { invoice in
            .exists(Line.objects.filter { $0.invoice.id == invoice.id })
        }
        let error = await #expect(throws: ORMError.self) { try await forgotten.all(on: database) }
        #expect(error?.message.contains("by outer(…)") == true)
        let lonely = Invoice.objects.filter { $0.id == outer($0.id) }
        let alone = await #expect(throws: ORMError.self) { try await lonely.all(on: database) }
        #expect(alone?.code == .invalidQuery)
        let aggregate = Line.objects.annotate(Total.self) { $0.amount.sum }
        let message = await #expect(throws: ORMError.self) { try await aggregate.all(on: database) }?.message
        #expect(message?.contains("over related rows write") == true)
    }

    @Test func encodesAnnotatedRows() async throws {
        let database = try await Billing.filled()
        let row = try await Tag.objects.annotate(LineCount.self) { $0.invoices.count }.get(2, on: database)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.keyEncodingStrategy = .convertToSnakeCase
        #expect(
            String(decoding: try encoder.encode(row), as: UTF8.self) == #"{"id":2,"line_count":2,"name":"design"}"#)
    }
}
