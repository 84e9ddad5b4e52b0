/// Everything an invoice shows on paper; the input of ``InvoicePDF``.
public struct InvoiceDocument: Hashable, Sendable, Codable {
    /// Who sends or receives the invoice.
    public struct Party: Hashable, Sendable, Codable {
        /// Name of the person or company.
        public var name: String
        /// Street, city, country, one line each.
        public var address: [String]
        /// Value added tax number, if there is one.
        public var vatNumber: String?
        /// Mail address, if it is to be shown.
        public var email: String?

        /// Makes a party.
        public init(name: String, address: [String] = [], vatNumber: String? = nil, email: String? = nil) {
            self.name = name
            self.address = address
            self.vatNumber = vatNumber
            self.email = email
        }
    }

    /// One line of the invoice's table.
    public struct Line: Hashable, Sendable, Codable {
        /// What is charged; may hold line ends.
        public var text: String
        /// How much of it, as it is to be printed, such as `12.50 h`.
        public var quantity: String
        /// Price of one unit, if it is to be shown.
        public var unitPrice: Money?
        /// What the line costs, before tax.
        public var amount: Money

        /// Makes a line.
        public init(_ text: String, quantity: String = "", unitPrice: Money? = nil, amount: Money) {
            self.text = text
            self.quantity = quantity
            self.unitPrice = unitPrice
            self.amount = amount
        }

        /// Writes a time as a quantity of hours, such as `1.50 h`, rounded half up; the amount is not made from it.
        public static func hours(_ seconds: Int) -> String {
            let hundredths = (seconds.magnitude + 18) / 36
            return "\(seconds < 0 ? "-" : "")\(hundredths / 100).\(padded(Int(hundredths % 100))) h"
        }
    }

    /// Sums of an invoice.
    public struct Totals: Hashable, Sendable, Codable {
        /// Sum of the lines.
        public var net: Money
        /// Value added tax on the sum, rounded half up once.
        public var vat: Money
        /// What is to be paid.
        public var gross: Money
    }

    /// Heading; `Invoice` by default.
    public var title: String
    /// The invoice's number, as `2025-0042`.
    public var number: String
    /// Day of the invoice; also the creation date of the PDF.
    public var issuedOn: CivilDate
    /// Day by which to pay, if one is set.
    public var dueOn: CivilDate?
    /// Time the work was done in, as it is to be printed, such as `March 2025`.
    public var period: String?
    /// Who is paid.
    public var seller: Party
    /// Who pays.
    public var client: Party
    /// What is charged, in order; all in one currency.
    public var lines: [Line]
    /// Value added tax in hundredths of a percent, 0 to 10 000: 1900 for 19 %; 0 by default.
    public var vatBasisPoints: Int
    /// Text below the totals, such as how to pay; may hold line ends.
    public var note: String

    /// Makes an invoice; it is checked when it is rendered.
    public init(
        title: String = "Invoice",
        number: String,
        issuedOn: CivilDate,
        dueOn: CivilDate? = nil,
        period: String? = nil,
        seller: Party,
        client: Party,
        lines: [Line],
        vatBasisPoints: Int = 0,
        note: String = ""
    ) {
        self.title = title
        self.number = number
        self.issuedOn = issuedOn
        self.dueOn = dueOn
        self.period = period
        self.seller = seller
        self.client = client
        self.lines = lines
        self.vatBasisPoints = vatBasisPoints
        self.note = note
    }

    /// Sums the lines and their tax.
    ///
    /// - Throws: ``StudioKitError`` of code `money` if there are no lines, the tax is out of range or a sum does not fit;
    ///   `currency` if the lines are in different currencies.
    public func totals() throws -> Totals {
        guard let currency = lines.first?.amount.currency else {
            throw StudioKitError(.money, "invoice \(number) has no lines; add at least one")
        }
        guard (0...10_000).contains(vatBasisPoints) else {
            throw StudioKitError(.money, "a tax of \(vatBasisPoints) basis points is out of range; write 1900 for 19 %")
        }
        let net = try Money.sum(lines.map(\.amount), in: currency)
        let vat = try net.share(basisPoints: vatBasisPoints)
        return Totals(net: net, vat: vat, gross: try net.adding(vat))
    }

    /// The tax rate as `19 %` or `7.25 %`.
    var vatRate: String {
        let (whole, part) = vatBasisPoints.quotientAndRemainder(dividingBy: 100)
        return part == 0 ? "\(whole) %" : "\(whole).\(padded(part)) %"
    }
}
