/// A payment as other services see it.
public struct PaymentView: Codable, Sendable, Hashable {
    /// The payment's id.
    public var id: Int
    /// The payment's own reference.
    public var reference: String
    /// The amount in cents.
    public var amountCents: Int
    /// The day it came in, `YYYY-MM-DD`.
    public var receivedOn: String

    /// Makes a view of a payment.
    public init(id: Int, reference: String, amountCents: Int, receivedOn: String) {
        self.id = id
        self.reference = reference
        self.amountCents = amountCents
        self.receivedOn = receivedOn
    }
}
