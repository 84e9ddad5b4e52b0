import BillingContract
import MartletORM
import ProjectsContract

/// The page of invoices with what was worked for them: four statements here, and one call to *projects*.
struct TimesheetPage: Sendable {
    let database: Database
    let projects: any Projects

    /// Invoices with client, payments, lines and the lines' entries, by number.
    func invoices(limit: Int, offset: Int) async throws -> [InvoiceTimesheet] {
        let invoices = try await Invoice.objects.selectRelated(\.client)
            .prefetchRelated(\.payments) { $0.order(by: \.id) }
            .prefetchRelated(\.lines) { lines in
                lines.selectRelated(\.project).prefetchRelated(\.links) { $0.order(by: \.entry) }
                    .order(by: \.position)
            }
            .order(by: \.number).limit(limit).offset(offset).all(on: database)
        let entries = try await entries(invoices.flatMap { $0.lines.flatMap { $0.links.map(\.entry) } })
        return invoices.map { invoice in
            InvoiceTimesheet(
                invoice: InvoiceView(invoice.root, client: invoice.client),
                payments: invoice.payments.map(PaymentView.init),
                lines: invoice.lines.map { line in
                    LineTimesheet(
                        line: LineView(line.root, project: line.project),
                        entries: line.links.compactMap { entries[$0.entry] })
                })
        }
    }

    /// The entries of all lines by id: the remote half of the prefetch.
    private func entries(_ ids: [Int]) async throws -> [Int: EntryView] {
        guard !ids.isEmpty else { return [:] }
        return Dictionary(try await projects.entries(ids).map { ($0.id, $0) }) { first, _ in first }
    }
}
