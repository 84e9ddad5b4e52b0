import BillingContract
import MartletORM

/// The row of an invoice with its client, lines with projects, payments and tags.
typealias InvoiceRow =
    With<Invoice.With<Invoice.ClientRelation>, Invoice.LinesRelation, [Line.With<Line.ProjectRelation>]>
    .With<Invoice.PaymentsRelation>.With<Invoice.TagsRelation>

extension Invoice {
    /// Invoices with their client by join, and lines with project, payments and tags by one more statement each.
    static var page: QuerySet<InvoiceRow> {
        objects
            .selectRelated(\.client)
            .prefetchRelated(\.lines) { $0.selectRelated(\.project).order(by: \.position) }
            .prefetchRelated(\.payments) { $0.order(by: \.id) }
            .prefetchRelated(\.tags) { $0.order(by: \.name) }
    }
}

/// The page of invoices, made in two ways to compare what they cost.
struct InvoicePages: Sendable {
    /// The invoices of a page.
    static let size = 50

    let database: Database

    /// Makes the page and counts its statements.
    func page(eager: Bool) async throws -> InvoicePage {
        let start = ContinuousClock.now
        let (invoices, statements) = try await QueryRecorder.record {
            eager ? try await loadedTogether() : try await loadedOneByOne()
        }
        let milliseconds = start.duration(to: .now) / .milliseconds(1)
        return InvoicePage(
            invoices: invoices, statements: statements.reduce(0) { $0 + $1.executions }, milliseconds: milliseconds)
    }

    private func loadedTogether() async throws -> [InvoiceDetail] {
        try await Invoice.page.order(by: \.number).limit(Self.size).all(on: database).map(InvoiceDetail.init)
    }

    /// What the page costs when each relation is loaded where it is needed.
    private func loadedOneByOne() async throws -> [InvoiceDetail] {
        var details: [InvoiceDetail] = []
        for invoice in try await Invoice.objects.order(by: \.number).limit(Self.size).all(on: database) {
            let client = try await invoice.client.load(on: database)
            var lines: [LineView] = []
            for line in try await invoice.lines.objects.order(by: \.position).all(on: database) {
                lines.append(LineView(line, project: try await line.project.load(on: database)))
            }
            let payments = try await invoice.payments.objects.order(by: \.id).all(on: database)
            let tags = try await invoice.tags.objects.order(by: \.name).all(on: database)
            details.append(
                InvoiceDetail(
                    invoice: InvoiceView(invoice, client: client), lines: lines,
                    payments: payments.map(PaymentView.init),
                    tags: tags.map(\.name)))
        }
        return details
    }
}
