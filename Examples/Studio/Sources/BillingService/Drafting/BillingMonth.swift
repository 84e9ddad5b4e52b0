/// A calendar month, written `YYYY-MM`.
struct BillingMonth: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The year, 1900 to 9998.
    let year: Int
    /// The month, 1 to 12.
    let month: Int

    /// Reads `YYYY-MM`; nil where it is not a month.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[1].count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), (1900...9998).contains(year), (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }

    private init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// The month after this one.
    var next: BillingMonth {
        month == 12 ? BillingMonth(year: year + 1, month: 1) : BillingMonth(year: year, month: month + 1)
    }

    /// The first day of the month, `YYYY-MM-DD`.
    var firstDay: String { "\(self)-01" }

    /// The last day of the month, `YYYY-MM-DD`.
    var lastDay: String {
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return "\(self)-\(days[month - 1])"
    }

    var description: String {
        let month = month < 10 ? "0\(self.month)" : "\(self.month)"
        return "\(year)-\(month)"
    }

    private var isLeapYear: Bool { (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 }

    static func < (left: BillingMonth, right: BillingMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}
