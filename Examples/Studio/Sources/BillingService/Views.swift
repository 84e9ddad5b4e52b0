import BillingContract
import MartletORM

extension InvoiceView {
    /// The view of an invoice and its client.
    init(_ invoice: Invoice, client: Client) {
        self.init(
            id: invoice.id, number: invoice.number, client: client.name, month: invoice.month,
            currency: invoice.currency, netCents: invoice.netCents, totalCents: invoice.totalCents,
            document: invoice.document)
    }
}

extension LineView {
    /// The view of a line and its project.
    init(_ line: Line, project: Project) {
        self.init(
            position: line.position, project: project.name, details: line.details, seconds: line.seconds,
            amountCents: line.amountCents)
    }
}

extension PaymentView {
    /// The view of a payment.
    init(_ payment: Payment) {
        self.init(
            id: payment.id, reference: payment.reference, amountCents: payment.amountCents,
            receivedOn: payment.receivedOn)
    }
}

extension InvoiceDetail {
    /// The view of an invoice with all that belongs to it.
    init(_ invoice: InvoiceRow) {
        self.init(
            invoice: InvoiceView(invoice.root, client: invoice.client),
            lines: invoice.lines.map { LineView($0.root, project: $0.project) },
            payments: invoice.payments.map(PaymentView.init),
            tags: invoice.tags.map(\.name))
    }
}
