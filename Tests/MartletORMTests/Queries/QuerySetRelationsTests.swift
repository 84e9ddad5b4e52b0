import MartletORM
import Testing

@Suite struct QuerySetRelationsTests {
    @Test func selectsRequiredRelationByInnerJoin() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.selectRelated(\.client) { $0.selectRelated(\.company) }.order(by: \.id)
        let (rows, statements) = try await QueryRecorder.record { try await query.all(on: database) }
        #expect(rows.map(\.client.company.name) == ["Acme", "Globex", "Acme", "Globex"])
        #expect(rows[0].number == "2026-1")
        #expect(statements.count == 1)
    }
}
