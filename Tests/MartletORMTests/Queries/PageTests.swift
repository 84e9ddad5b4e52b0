import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct PageTests {
    private func pages(_ query: QuerySet<Invoice>, size: Int, _ database: Database) async throws -> [[Int]] {
        var pages: [[Int]] = []
        var next: String?
        repeat {
            let page = try await query.page(after: next, size: size, on: database)
            pages.append(page.rows.map(\.id))
            next = page.next
        } while next != nil
        return pages
    }

    @Test func walksInEveryOrder() async throws {
        let database = try await Billing.filled()
        let all = Invoice.objects
        #expect(try await pages(all, size: 3, database) == [[1, 2, 3], [4]])
        #expect(try await pages(all.order(by: \.issuedOn.descending), size: 2, database) == [[4, 3], [2, 1]])
        #expect(try await pages(all.order(by: \.number), size: 1, database) == [[3], [1], [2], [4]])
        #expect(try await pages(all.order(by: \.number.descending), size: 1, database) == [[4], [2], [1], [3]])
        #expect(try await pages(all.order(by: \.number.ascending.nullsLast), size: 3, database) == [[1, 2, 4], [3]])
        #expect(try await pages(all.order(by: \.client.country), size: 2, database) == [[1, 3], [4, 2]])
        #expect(try await pages(all.filter { $0.id > 99 }, size: 2, database) == [[]])
    }

    @Test func asksForRowsBehindAPlace() async throws {
        let database = try await Billing.filled()
        let query = Line.objects.order(by: \.position).prefetchRelated(\.invoice)
        let first = try await query.page(size: 4, on: database)
        #expect(first.rows.map(\.invoice.id) == [1, 2, 4, 1])
        let (second, statements) = try await QueryRecorder.record {
            try await query.page(after: first.next, size: 4, on: database)
        }
        #expect(second.rows.map(\.amount) == [7, 30])
        #expect(second.next == nil)
        #expect(
            statements[0].text.hasSuffix(
                """
                WHERE ((t0."position" > ?) OR (t0."position" = ? AND t0."id" > ?)) \
                ORDER BY t0."position" NULLS FIRST, t0."id" NULLS FIRST LIMIT \(TestDatabase.by(sqlite: "?", postgreSQL: "5"))
                """))
    }

    @Test func refusesAForeignPlaceAndASlice() async throws {
        let database = try await Billing.filled()
        let first = try await Invoice.objects.page(size: 1, on: database)
        for place in ["", "nonsense", first.next ?? ""] {
            let error = await #expect(throws: ORMError.self) {
                try await Invoice.objects.order(by: \.number).page(after: place, size: 1, on: database)
            }
            #expect(error?.message.contains("is not where a page of this query ended") == true)
        }
        for query in [Invoice.objects.limit(2), Invoice.objects.distinct()] {
            await #expect(throws: ORMError.self) { try await query.page(size: 1, on: database) }
        }
        await #expect(throws: ORMError.self) { try await Invoice.objects.page(size: 0, on: database) }
    }
}
