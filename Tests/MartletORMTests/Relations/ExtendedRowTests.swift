import MartletORM
import MartletTesting
import Testing

/// What was loaded for a row is read through everything around it.
@Suite(.eachDatabase) struct ExtendedRowTests {
    @Test func readsEveryLevel() async throws {
        let database = try await Billing.filled()
        let rows = try await Invoice.objects.order(by: \.id).selectRelated(\.client).selectRelated(\.project)
            .prefetchRelated(\.lines).annotate(LineCount.self) { $0.lines.count }.prefetchRelated(\.tags)
            .all(on: database)
        let plain = try await Invoice.objects.order(by: \.id).all(on: database)
        #expect(rows.map(\.root) == plain)
        for row in rows {
            #expect(row.number == row.root.number)
            #expect(row.client.id == row.root.client.id)
            #expect(row.project?.id == row.root.project?.id)
            #expect(row.lines.count == row.lineCount)
        }
        #expect(rows.contains { !$0.tags.isEmpty })
    }
}
