/// What was billed to a client in one currency.
public struct ClientTotal: Codable, Sendable, Hashable {
    /// The client's name.
    public var client: String
    /// The currency, ISO 4217.
    public var currency: String
    /// The number of invoices.
    public var invoices: Int
    /// The sum of their lines, in cents.
    public var netCents: Int

    /// Makes a total.
    public init(client: String, currency: String, invoices: Int, netCents: Int) {
        self.client = client
        self.currency = currency
        self.invoices = invoices
        self.netCents = netCents
    }
}
