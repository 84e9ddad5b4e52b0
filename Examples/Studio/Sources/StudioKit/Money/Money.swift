/// An exact amount of money: a whole number of hundredths and a currency.
///
/// No arithmetic here uses floating point, and none overflows: what does not fit throws ``StudioKitError``.
public struct Money: Hashable, Sendable, Codable {
    /// The amount in hundredths of the currency; may be negative.
    public let cents: Int
    /// The currency.
    public let currency: Currency

    /// Makes an amount from hundredths.
    public init(cents: Int, currency: Currency) {
        self.cents = cents
        self.currency = currency
    }

    /// The amount of nothing in a currency.
    public static func zero(_ currency: Currency) -> Money { Money(cents: 0, currency: currency) }

    /// Multiplies a rate per hour by a time, rounded half up to the cent (half away from zero below zero).
    ///
    /// - Parameter seconds: The time worked; must not be negative.
    /// - Throws: ``StudioKitError`` of code `money` if `seconds` is negative or the product does not fit.
    public static func earned(inSeconds seconds: Int, atHourlyRate rate: Money) throws -> Money {
        guard seconds >= 0 else {
            throw StudioKitError(.money, "\(seconds) seconds cannot be paid; give a time of zero or more")
        }
        return try rate.scaled(by: seconds, over: 3600)
    }

    /// Takes a share in hundredths of a percent, rounded half up: 1900 basis points are 19 percent.
    public func share(basisPoints: Int) throws -> Money { try scaled(by: basisPoints, over: 10_000) }

    /// Adds an amount in the same currency.
    ///
    /// - Throws: ``StudioKitError`` of code `currency` if the currencies differ, `money` if the sum does not fit.
    public func adding(_ other: Money) throws -> Money {
        guard currency == other.currency else {
            throw StudioKitError(
                .currency,
                "\(self) and \(other) cannot be added; convert one of them, or sum each currency apart"
            )
        }
        let (sum, overflow) = cents.addingReportingOverflow(other.cents)
        guard !overflow else { throw StudioKitError(.money, "\(self) and \(other) add to more than fits") }
        return Money(cents: sum, currency: currency)
    }

    /// Sums amounts that are all in one currency; the sum of none is zero.
    public static func sum(_ amounts: some Sequence<Money>, in currency: Currency) throws -> Money {
        try amounts.reduce(.zero(currency)) { try $0.adding($1) }
    }

    /// Computes `cents × factor ÷ divisor`, exact until the one rounding at the end.
    private func scaled(by factor: Int, over divisor: Int128) throws -> Money {
        let product = Int128(cents) * Int128(factor)
        let rounded = (product.magnitude * 2 + divisor.magnitude) / (divisor.magnitude * 2)
        guard let size = Int(exactly: rounded) else {
            throw StudioKitError(.money, "\(self) times \(factor) over \(divisor) is more than fits")
        }
        return Money(cents: product < 0 ? -size : size, currency: currency)
    }
}
