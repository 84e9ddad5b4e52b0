import BillingContract
import Foundation
import NotifyContract

/// What must hold when the story is told: everything exists exactly once, and the totals are those of the report.
struct Checks {
    let office: BackOffice
    let expected: ExpectedTotals
    /// The entries that were imported.
    let entries: Int
    let run: RunView

    /// One check and whether it holds.
    struct Check {
        let what: String
        let holds: Bool
    }

    /// Looks at everything.
    func all() async throws -> [Check] {
        let invoices = try await invoices()
        let mails = try await office.notify.messages()
        let totals = try await office.billing.totals()
        return [
            Check(what: "\(expected.entries) entries, each once", holds: entries == expected.entries),
            Check(
                what: "\(expected.invoices.count) invoices: one for each client, month and currency",
                holds: Set(invoices.map { "\($0.client)\u{1F}\($0.month)\u{1F}\($0.currency)" }) == expected.invoices
                    && invoices.count == expected.invoices.count),
            Check(what: "numbers without a gap", holds: numbersHaveNoGap(invoices)),
            Check(what: "\(invoices.count) PDFs, one for each invoice", holds: try everyDocumentIsThere(invoices)),
            Check(what: "one summary mail", holds: try mails.count == 1 && files("notify/mail", ".eml").count == 1),
            Check(what: "totals by client agree with the report to the cent", holds: totalsAgree(totals)),
        ]
    }

    /// All invoices, a page of 500 at a time.
    func invoices() async throws -> [InvoiceView] {
        var invoices: [InvoiceView] = []
        while true {
            let page = try await office.billing.invoices(client: nil, limit: 500, offset: invoices.count)
            invoices += page
            if page.count < 500 { return invoices }
        }
    }

    private func numbersHaveNoGap(_ invoices: [InvoiceView]) -> Bool {
        let years = Dictionary(grouping: invoices.map(\.number)) { $0.prefix(4) }
        return years.allSatisfy { _, numbers in
            let series = numbers.compactMap { Int($0.dropFirst(5)) }.sorted()
            return series == Array(1...numbers.count)
        }
    }

    private func everyDocumentIsThere(_ invoices: [InvoiceView]) throws -> Bool {
        let printed = try files("billing/invoices", ".pdf")
        return printed.sorted() == invoices.map { "\($0.number).pdf" }.sorted()
            && invoices.allSatisfy { $0.document?.hasSuffix("/\($0.number).pdf") == true }
    }

    private func totalsAgree(_ totals: [ClientTotal]) -> Bool {
        let billed = totals.map { (ExpectedTotals.Key(client: $0.client, currency: $0.currency), $0.netCents) }
        return Dictionary(billed, uniquingKeysWith: +) == expected.cents
    }

    private func files(_ folder: String, _ ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(office.folder)/\(folder)").filter {
            $0.hasSuffix(ending)
        }
    }
}
