import ProjectsContract
import Testing

@testable import BillingService

@Suite struct InvoiceDraftTests {
    @Test func draftsOneInvoiceForEachClientMonthAndCurrency() {
        let drafts = InvoiceDraft.drafts(for: [
            entry(1, "2025-02-03", client: "Borg"), entry(2, "2025-01-31", client: "Ada"),
            entry(3, "2025-01-02", client: "Ada"), entry(4, "2025-01-05", client: "Ada", currency: "USD"),
        ])

        #expect(
            drafts.map { "\($0.month) \($0.client) \($0.currency)" } == [
                "2025-01 Ada EUR", "2025-01 Ada USD", "2025-02 Borg EUR",
            ])
        #expect(drafts.map(\.netCents) == [2_000, 1_000, 1_000])
    }

    @Test func mergesEntriesOfOneProjectWithTheSameDescription() {
        let lines = LineDraft.lines(for: [
            entry(1, "2025-01-02", project: "Shop", details: "Review"),
            entry(2, "2025-01-01", project: "Shop", details: "Plan"),
            entry(3, "2025-01-03", project: "Shop", details: "Review"),
            entry(4, "2025-01-01", project: "App", details: "Review"),
        ])

        #expect(lines.map { "\($0.project.name): \($0.details)" } == ["App: Review", "Shop: Plan", "Shop: Review"])
        #expect(lines.map(\.entryIDs) == [[4], [2], [1, 3]])
        #expect(lines.map(\.seconds) == [3_600, 3_600, 7_200])
    }

    @Test func gathersTheTagsOfAllEntries() {
        let drafts = InvoiceDraft.drafts(for: [
            entry(1, "2025-01-02", tags: ["urgent", "design"]), entry(2, "2025-01-03", tags: ["design"]),
        ])

        #expect(drafts.map(\.tags) == [["design", "urgent"]])
    }

    private func entry(
        _ id: Int, _ day: String, client: String = "Ada", project: String = "Shop", details: String = "Work",
        currency: String = "EUR", tags: [String] = []
    ) -> EntryView {
        EntryView(
            id: id, day: day, details: details, seconds: 3_600, amountCents: 1_000, currency: currency,
            project: ProjectView(id: project.count, name: project, client: client, parent: nil),
            clientID: client.count, tags: tags)
    }
}
