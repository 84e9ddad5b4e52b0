import StudioKit

/// What a report must come to, counted from the file alone: the demo checks the invoices against it.
struct ExpectedTotals: Sendable {
    /// The good rows, each key once.
    private(set) var entries = 0
    /// The bad rows.
    private(set) var rejected = 0
    /// The sum in cents by client and currency.
    private(set) var cents: [Key: Int] = [:]
    /// The clients and months that need an invoice.
    private(set) var invoices: Set<String> = []
    /// The first and the last month with billable time, `YYYY-MM`.
    private(set) var months: ClosedRange<String>?

    /// A client and a currency.
    struct Key: Hashable {
        var client: String
        var currency: String
    }

    /// Counts the rows of a report, with the rate and the currency that apply where it names none.
    init(_ report: TogglReport, hourlyRateCents: Int, currency: String) throws {
        let contents = report.contents()
        rejected = contents.errors.count
        var seen: Set<String> = []
        for row in contents.rows where seen.insert(row.externalKey).inserted {
            entries += 1
            guard row.billable else { continue }
            try count(row, hourlyRateCents: hourlyRateCents, currency: currency)
        }
    }

    private mutating func count(_ row: TogglRow, hourlyRateCents: Int, currency: String) throws {
        let currency = row.currency?.code ?? currency
        let rate = Money(cents: hourlyRateCents, currency: try Currency(currency))
        let amount = try row.amountCents ?? Money.earned(inSeconds: row.duration, atHourlyRate: rate).cents
        let month = String(row.start.date.description.prefix(7))
        cents[Key(client: row.client, currency: currency), default: 0] += amount
        invoices.insert("\(row.client)\u{1F}\(month)\u{1F}\(currency)")
        months = months.map { min($0.lowerBound, month)...max($0.upperBound, month) } ?? month...month
    }
}
