/// A payment in a list.
public struct PaymentRow: Codable, Sendable, Hashable {
    /// The payment.
    public var payment: PaymentView
    /// The number of the invoice it is for; none where that is not known yet.
    public var invoice: String?

    /// Makes a row.
    public init(payment: PaymentView, invoice: String?) {
        self.payment = payment
        self.invoice = invoice
    }
}
