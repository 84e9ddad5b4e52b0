public import ProjectsContract

/// An invoice with what was worked for each of its lines.
public struct InvoiceTimesheet: Codable, Sendable, Hashable {
    /// The invoice.
    public var invoice: InvoiceView
    /// Its payments, by id.
    public var payments: [PaymentView]
    /// Its lines, by position.
    public var lines: [LineTimesheet]

    /// Makes a timesheet.
    public init(invoice: InvoiceView, payments: [PaymentView], lines: [LineTimesheet]) {
        self.invoice = invoice
        self.payments = payments
        self.lines = lines
    }
}

/// A line of an invoice with the time entries that it bills.
public struct LineTimesheet: Codable, Sendable, Hashable {
    /// The line.
    public var line: LineView
    /// The entries, out of *projects*, by id.
    public var entries: [EntryView]

    /// Makes a timesheet.
    public init(line: LineView, entries: [EntryView]) {
        self.line = line
        self.entries = entries
    }
}
