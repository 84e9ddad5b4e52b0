import BillingContract
import MartletORM
import StudioKit

@RowName enum OpenCents {}

extension Invoice {
    /// How many days a client has to pay.
    static let daysToPay = 30
}

extension Invoice.Columns {
    /// What is not paid yet, in cents.
    var openCents: SQLExpression<Int> { totalCents - payments.aggregate { $0.amountCents.sum } }
}

/// The pages about money that came in, and that did not.
struct PaymentPages: Sendable {
    let database: Database

    /// Payments with their invoice by a join that keeps those without one: one statement.
    func payments(limit: Int, offset: Int) async throws -> [PaymentRow] {
        try await Payment.objects.selectRelated(\.invoice).order(by: \.receivedOn.descending, \.id.descending)
            .limit(limit).offset(offset).all(on: database)
            .map { PaymentRow(payment: PaymentView($0.root), invoice: $0.invoice?.number) }
    }

    /// Invoices that were due before a day and are not paid, the oldest first, each with its latest payment only: two
    /// statements.
    func overdue(on day: CivilDate) async throws -> [OverdueInvoice] {
        let lastIssued = day.adding(days: -Invoice.daysToPay).description
        return try await Invoice.objects.filter { $0.issuedOn < lastIssued && $0.openCents > 0 }
            .selectRelated(\.client)
            .prefetchRelated(\.payments) { $0.order(by: \.receivedOn.descending, \.id.descending).limit(1) }
            .annotate(OpenCents.self) { $0.openCents }
            .order(by: \.issuedOn, \.number).all(on: database)
            .map { invoice in
                OverdueInvoice(
                    invoice: InvoiceView(invoice.root, client: invoice.client),
                    dueOn: try CivilDate(invoice.issuedOn).adding(days: Invoice.daysToPay).description,
                    openCents: invoice.openCents, latestPayment: invoice.payments.first.map(PaymentView.init))
            }
    }
}
