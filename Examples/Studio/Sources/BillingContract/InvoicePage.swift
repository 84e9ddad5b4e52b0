/// A page of invoices, and what it cost to make.
public struct InvoicePage: Codable, Sendable, Hashable {
    /// The invoices.
    public var invoices: [InvoiceDetail]
    /// The SQL statements that the page took.
    public var statements: Int
    /// The time it took, in milliseconds.
    public var milliseconds: Double

    /// Makes a page.
    public init(invoices: [InvoiceDetail], statements: Int, milliseconds: Double) {
        self.invoices = invoices
        self.statements = statements
        self.milliseconds = milliseconds
    }
}
