/// An invoice with all that belongs to it.
public struct InvoiceDetail: Codable, Sendable, Hashable {
    /// The invoice.
    public var invoice: InvoiceView
    /// Its lines, by position.
    public var lines: [LineView]
    /// Its payments, by id.
    public var payments: [PaymentView]
    /// The names of its tags.
    public var tags: [String]

    /// Makes a detail.
    public init(invoice: InvoiceView, lines: [LineView], payments: [PaymentView], tags: [String]) {
        self.invoice = invoice
        self.lines = lines
        self.payments = payments
        self.tags = tags
    }
}
