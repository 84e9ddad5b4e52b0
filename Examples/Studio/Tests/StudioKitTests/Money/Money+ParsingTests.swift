import StudioKit
import Testing

@Suite struct MoneyParsingTests {
    @Test(arguments: [
        ("0", 0), ("1234.50", 123_450), ("1,234.50", 123_450), ("1234.5", 123_450), ("1234", 123_400),
        ("-0.05", -5), ("1,234,567.89", 123_456_789), ("999999999999999.99", 99_999_999_999_999_999),
    ])
    func `reads exactly`(text: String, cents: Int) throws {
        #expect(try Money(parsing: text, currency: .eur).cents == cents)
    }

    @Test(arguments: [
        ("", "is not an amount"), ("-", "is not an amount"), (".5", "is not an amount"), ("1.", "is not an amount"),
        ("1.2.3", "is not an amount"), ("1 234.50", "is not an amount"), ("--1", "is not an amount"),
        ("12e3", "is not an amount"), ("١٢", "is not an amount"), ("1.234,50", "is not an amount"),
        ("12,34.50", "comma in the wrong place"), ("1234,567.00", "comma in the wrong place"),
        ("1.005", "more than two decimals"), ("1000000000000000", "too large"),
    ])
    func `refuses anything else and says why`(text: String, reason: String) {
        let error = #expect(throws: StudioKitError.self) { try Money(parsing: text, currency: .eur) }
        #expect(error?.message.contains(reason) == true, "\(text): \(error?.message ?? "accepted")")
    }
}
