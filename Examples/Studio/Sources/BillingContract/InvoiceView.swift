/// An invoice in a list.
public struct InvoiceView: Codable, Sendable, Hashable {
    /// The invoice's id.
    public var id: Int
    /// The number, without gaps within its year: `2026-0001`.
    public var number: String
    /// The client's name.
    public var client: String
    /// The month that it bills, `YYYY-MM`.
    public var month: String
    /// The currency, ISO 4217.
    public var currency: String
    /// The sum of the lines, in cents.
    public var netCents: Int
    /// The sum with value-added tax, in cents.
    public var totalCents: Int
    /// The path of the PDF, when it is printed.
    public var document: String?

    /// Makes a view of an invoice.
    public init(
        id: Int,
        number: String,
        client: String,
        month: String,
        currency: String,
        netCents: Int,
        totalCents: Int,
        document: String?
    ) {
        self.id = id
        self.number = number
        self.client = client
        self.month = month
        self.currency = currency
        self.netCents = netCents
        self.totalCents = totalCents
        self.document = document
    }
}
