/// An invoice that should have been paid.
public struct OverdueInvoice: Codable, Sendable, Hashable {
    /// The invoice.
    public var invoice: InvoiceView
    /// The day it was due, `YYYY-MM-DD`.
    public var dueOn: String
    /// What is not paid yet, in cents.
    public var openCents: Int
    /// The latest payment, if there is one.
    public var latestPayment: PaymentView?

    /// Makes an overdue invoice.
    public init(invoice: InvoiceView, dueOn: String, openCents: Int, latestPayment: PaymentView?) {
        self.invoice = invoice
        self.dueOn = dueOn
        self.openCents = openCents
        self.latestPayment = latestPayment
    }
}
