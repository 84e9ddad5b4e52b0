import Foundation
import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct QuerySetTests {
    @Test func filtersByEveryLookup() async throws {
        let database = try await Billing.filled()
        func ids(_ condition: (Invoice.Columns) -> Condition) async throws -> [Int] {
            try await Invoice.objects.filter(condition).order(by: \.id).all(on: database).map(\.id)
        }
        #expect(try await ids { $0.id == 2 } == [2])
        #expect(try await ids { $0.id != 2 } == [1, 3, 4])
        #expect(try await ids { $0.id < 2 } == [1])
        #expect(try await ids { $0.id <= 2 } == [1, 2])
        #expect(try await ids { $0.id > 3 } == [4])
        #expect(try await ids { $0.id >= 3 } == [3, 4])
        #expect(try await ids { $0.id.in([1, 4, 99]) } == [1, 4])
        #expect(try await ids { $0.id.in([]) } == [])
        #expect(try await ids { $0.id.isBetween(2, 3) } == [2, 3])
        #expect(try await ids { $0.status.in([.paid, .draft]) } == [1, 3])
        #expect(try await ids { $0.number.isNull } == [3])
        #expect(try await ids { $0.number.isNotNull } == [1, 2, 4])
        #expect(try await ids { $0.number == nil } == [3])
        #expect(try await ids { $0.number != nil } == [1, 2, 4])
        #expect(try await ids { $0.number != "2026-1" } == [2, 3, 4])
        #expect(try await ids { $0.number.like("2026-_") } == [1, 2, 4])
        #expect(try await ids { $0.number.contains("6-2") } == [2])
        #expect(try await ids { $0.number.startsWith("2026") } == [1, 2, 4])
        #expect(try await ids { $0.number.endsWith("-3") } == [4])
        #expect(try await ids { $0.client.name.icontains("AD") } == [1, 3])
        #expect(try await ids { $0.client.name.contains("AD") } == [])
        #expect(try await ids { $0.client.name.istartsWith("c") } == [4])
        #expect(try await ids { $0.client.name.iequals("bob") } == [2])
        #expect(try await ids { $0.number.icontains("%") } == [])
        #expect(try await ids { $0.issuedOn > Billing.day(3) } == [4])
        #expect(try await ids { $0.client.company.name == "Globex" } == [2, 4])
        #expect(try await ids { $0.client.id == $0.project.id } == [4])
        #expect(try await ids { $0.project.isNull } == [3])
        #expect(try await ids { $0.project.parent.isNull } == [2, 3])
        #expect(try await ids { .all([$0.id > 1, $0.id < 4]) } == [2, 3])
        #expect(try await ids { .any([$0.id == 1, $0.id == 4]) } == [1, 4])
        #expect(try await ids { _ in .any([]) } == [])
        #expect(try await ids { _ in .raw("t0.id = \(2) OR t0.number LIKE \("%-3")") } == [2, 4])
    }

    @Test func offersANameForEveryOperator() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.filter {
            $0.id.isAtLeast(1).and($0.id.isAtMost(4)).and($0.id.isGreater(than: 1)).and($0.id.isLess(than: 4))
                .and($0.id.isNot(2).or($0.id.equals(2).negated))
        }
        #expect(try await query.all(on: database).map(\.id) == [3])
    }

    @Test func keepsARowByAFilterOrByItsOpposite() async throws {
        let database = try await Billing.filled()
        let unknown = try await Invoice.objects.filter { $0.number < "2026-2" }.count(on: database)
        let opposite = try await Invoice.objects.exclude { $0.number < "2026-2" }.count(on: database)
        let negated = try await Invoice.objects.filter { !($0.number < "2026-2") }.count(on: database)
        #expect(unknown == 1 && opposite == 3 && negated == 3)
    }

    @Test func combinesConditions() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects
            .filter { ($0.status == .sent || $0.status == .paid) && !($0.client.country == "FR") }
            .filter { $0.client.company.name == "Acme" || $0.project.name == "Cart" }
        #expect(try await query.order(by: \.id).all(on: database).map(\.id) == [1, 4])
        #expect(try query.sql().text.components(separatedBy: "JOIN").count == 4)
    }

    @Test func asksForRelatedRowsBySubquery() async throws {
        let database = try await Billing.filled()
        func ids(_ condition: (Invoice.Columns) -> Condition) async throws -> [Int] {
            try await Invoice.objects.filter(condition).order(by: \.id).all(on: database).map(\.id)
        }
        #expect(try await ids { $0.lines.exists { $0.amount > 60 } } == [1, 2])
        #expect(try await ids { $0.lines.exists { $0.project.name == "Cart" } } == [2])
        #expect(try await ids { !$0.lines.exists() } == [3])
        #expect(try await ids { $0.tags.exists { $0.name == "design" } } == [1, 2])
        #expect(try await ids { $0.client.invoices.exists { $0.lines.exists { $0.amount == 70 } } } == [1, 3])
        #expect(try await Invoice.objects.filter { $0.lines.exists { $0.amount > 1 } }.count(on: database) == 3)
    }

    @Test func readsTheKeyOfARelatedRowWithoutAJoin() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.filter { $0.client.id == 1 && $0.project.isNotNull }
        #expect(!(try query.sql().text.contains("JOIN")))
        #expect(try await query.all(on: database).map(\.id) == [1])
    }

    @Test func ordersSlicesAndCounts() async throws {
        let database = try await Billing.filled()
        let query = Line.objects.order(by: \.invoice.id.descending, \.position)
        #expect(try await query.all(on: database).map(\.amount) == [5, 7, 200, 70, 50, 30])
        #expect(try await query.limit(2).offset(1).all(on: database).map(\.amount) == [7, 200])
        #expect(try await query.offset(4).all(on: database).map(\.amount) == [50, 30])
        #expect(try await query.limit(2).count(on: database) == 2)
        #expect(try await query.count(on: database) == 6)
        #expect(try await query.limit(0).all(on: database).isEmpty)
        #expect(try await query.filter { $0.amount > 1000 }.exists(on: database) == false)
        #expect(try await query.exists(on: database))
        #expect(try await Line.objects.order(by: \.amount).first(on: database)?.amount == 5)
        #expect(try await Line.objects.first(on: database)?.id == 1)
        #expect(try await Line.objects.filter { $0.id == 99 }.first(on: database) == nil)
    }

    @Test func dropsJoinsWhenItCounts() async throws {
        let database = try await Billing.filled()
        let (_, statements) = try await QueryRecorder.record {
            try await Invoice.objects.selectRelated(\.client).prefetchRelated(\.lines).count(on: database)
        }
        #expect(statements.map(\.text) == [#"SELECT COUNT(*) FROM "invoice" AS t0"#])
    }

    @Test func refusesNegativeSlices() async throws {
        let database = try await Billing.filled()
        for query in [Line.objects.limit(-1), Line.objects.offset(-1)] {
            let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
            #expect(error?.code == .invalidQuery)
        }
    }

    @Test func getsExactlyOneRow() async throws {
        let database = try await Billing.filled()
        #expect(try await Client.objects.filter { $0.name == "Bob" }.get(on: database).id == 2)
        let none = await #expect(throws: ORMError.self) {
            try await Client.objects.filter { $0.name == "Nobody" }.get(on: database)
        }
        #expect(none?.code == .doesNotExist)
        #expect(none?.message.contains("\"Nobody\"") == true)
        let several = await #expect(throws: ORMError.self) {
            try await Client.objects.filter { $0.country == "DE" }.get(on: database)
        }
        #expect(several?.code == .multipleObjectsReturned)
        let missing = await #expect(throws: ORMError.self) { try await Client.objects.get(99, on: database) }
        #expect(missing?.code == .doesNotExist)
        #expect(missing?.message.contains("99") == true)
        #expect(missing?.location?.fileID.hasSuffix("QuerySetTests.swift") == true)
    }

    @Test func returnsDistinctValues() async throws {
        let database = try await Billing.filled()
        let countries = try await Client.objects.distinct().order(by: \.country).values(on: database) { $0.country }
        #expect(countries == ["DE", "FR"])
    }

    @Test func aggregatesInTheDatabase() async throws {
        let database = try await Billing.filled()
        let lines = Line.objects.filter { $0.invoice.client.country == "DE" }
        #expect(try await lines.aggregate(on: database) { $0.amount.sum } == 162)
        #expect(try await lines.aggregate(on: database) { $0.amount.max } == 70)
        #expect(try await lines.aggregate(on: database) { $0.amount.min } == 5)
        #expect(try await lines.aggregate(on: database) { $0.amount.avg } == 32.4)
        #expect(try await lines.aggregate(on: database) { $0.project.id.count } == 1)
        #expect(try await lines.aggregate(on: database) { $0.invoice.id.countDistinct } == 2)
        let none = Line.objects.filter { $0.id == 99 }
        #expect(try await none.aggregate(on: database) { $0.amount.sum } == 0)
        #expect(try await none.aggregate(on: database) { $0.amount.max } == nil)
        #expect(
            try await lines.aggregate(on: database) { ($0.amount * $0.position).sum } == 50 * 2 + 70 + 30 * 3 + 5 + 14)
    }

    @Test func groupsValuesByWhatIsNotAggregated() async throws {
        let database = try await Billing.filled()
        let totals = try await Line.objects.order(by: \.invoice.client.name)
            .values(on: database) { ($0.invoice.client.name, $0.amount.sum, $0.id.count) }
        #expect(totals.map(\.0) == ["Ada", "Bob", "Cid"])
        #expect(totals.map(\.1) == [150, 200, 12])
        #expect(totals.map(\.2) == [3, 1, 2])
        let plain: [(Int, String?)] = try await Invoice.objects.order(by: \.id).values(on: database) {
            ($0.id, $0.number)
        }
        #expect(plain.map(\.1) == ["2026-1", "2026-2", nil, "2026-3"])
    }
}
