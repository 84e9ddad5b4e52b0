import MartletORM

/// What a client owes for a month; never changed once it has a number, but for the path of its document.
@Model("invoice")
struct Invoice {
    var id: Int
    /// `2026-0001`: the year and the place in its series, without gaps.
    @Unique var number: String
    @ForeignKey(onDelete: .protect) var run: Reference<Run>
    @ForeignKey(onDelete: .protect) var client: Reference<Client>
    /// The month it bills, `YYYY-MM`.
    var month: String
    /// The last day of that month, `YYYY-MM-DD`.
    var issuedOn: String
    var currency: String
    var netCents: Int
    var vatBasisPoints: Int
    var totalCents: Int
    /// The path of the PDF, when it is printed.
    var document: String?
    @HasMany(\Line.invoice) var lines: Many<Line>
    @HasMany(\Payment.invoice) var payments: Many<Payment>
    @ManyToMany(through: InvoiceTag.self) var tags: Many<Tag>

    static var indexes: [ModelIndex<Invoice>] { [.unique(\.run.id, \.client.id, \.month, \.currency)] }
}
