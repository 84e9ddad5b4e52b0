import MartletORM
import MartletTesting
import Testing

@RowName private enum LargeLines {}

// The code of the article "Loading related rows": Scripts/checks/snippets.sh compares each region with the block of its name.

@Suite(.eachDatabase) struct EagerLoadingSnippets {
    @Test func filterRelated() async throws {
        let database = try await Billing.filled()
        // snippet: filter-related
        let invoices = try await Invoice.objects.order(by: \.id)
            .filterRelated(\.lines) { $0.filter { $0.amount >= 50 }.order(by: \.position) }
            .all(on: database)
        // snippet.end
        #expect(invoices.map { $0.lines.map(\.amount) } == [[70, 50], [200]])
    }

    @Test func filterRelatedUnderAName() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(2) {
            // snippet: filter-related-name
            try await Invoice.objects.order(by: \.id)
                .filterRelated(\.lines, as: LargeLines.self) { $0.filter { $0.amount >= 70 } }
                .prefetchRelated(\.lines)
                .all(on: database)
            // snippet.end
        }
        #expect(rows.map(\.largeLines.count) == [1, 1])
        #expect(rows.map(\.lines.count) == [3, 1])
    }
}
