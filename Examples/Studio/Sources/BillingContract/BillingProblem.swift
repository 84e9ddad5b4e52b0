public import MartletServices

/// What *billing* refuses, and why.
public enum BillingProblem: ServiceProblem, Hashable {
    /// There is no invoice of that id or number.
    case unknownInvoice(String)
    /// The invoice is not printed yet.
    case notPrinted(number: String)
    /// There is no run of that id.
    case unknownRun(id: Int)
    /// A month is not written `YYYY-MM`, or the last one is before the first.
    case badPeriod(from: String, through: String)
    /// The summary's recipient is no mail address.
    case badRecipient(reason: String)
    /// A payment is not more than nothing.
    case badAmount(cents: Int)
    /// A day is not written `YYYY-MM-DD`.
    case badDay(value: String)

    /// 404 for what is not there, 409 and 422 for what cannot be done.
    public var status: Int {
        switch self {
        case .unknownInvoice, .unknownRun: 404
        case .notPrinted: 409
        case .badPeriod, .badRecipient, .badAmount, .badDay: 422
        }
    }

    /// What happened, with the values, and what to do.
    public var detail: String {
        switch self {
        case .unknownInvoice(let name): "There is no invoice \(name); GET /invoices lists them."
        case .notPrinted(let number): "Invoice \(number) is not printed yet; try again in a moment."
        case .unknownRun(let id): "There is no run \(id); POST /runs starts one."
        case .badPeriod(let from, let through):
            "'\(from)' through '\(through)' is not a period; write months as 2026-01, the first one first."
        case .badRecipient(let reason): reason
        case .badAmount(let cents): "A payment of \(cents) cents is none; give an amount of more than 0."
        case .badDay(let value): "'\(value)' is not a day; write it as 2026-01-31."
        }
    }
}
