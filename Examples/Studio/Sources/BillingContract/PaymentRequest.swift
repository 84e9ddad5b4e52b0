/// Money that came in.
public struct PaymentRequest: Codable, Sendable, Hashable {
    /// The number of the invoice it is for; none where it is not known.
    public var invoice: String?
    /// The payment's own reference, unique: the bank's or the provider's.
    public var reference: String
    /// The amount in cents.
    public var amountCents: Int
    /// The day it came in, `YYYY-MM-DD`.
    public var receivedOn: String

    /// Makes a request.
    public init(invoice: String?, reference: String, amountCents: Int, receivedOn: String) {
        self.invoice = invoice
        self.reference = reference
        self.amountCents = amountCents
        self.receivedOn = receivedOn
    }
}
