import StudioKit
import Testing

@Suite struct MoneyFormattingTests {
    @Test(arguments: [
        (0, "0.00 EUR", "0.00"), (5, "0.05 EUR", "0.05"), (-5, "-0.05 EUR", "-0.05"),
        (123_450, "1 234.50 EUR", "1234.50"), (99_999, "999.99 EUR", "999.99"),
        (-123_456_789, "-1 234 567.89 EUR", "-1234567.89"),
        (Int.min, "-92 233 720 368 547 758.08 EUR", "-92233720368547758.08"),
    ])
    func `writes for people and for machines`(cents: Int, people: String, machines: String) {
        let money = Money(cents: cents, currency: .eur)
        #expect(money.description == people)
        #expect(money.plainAmount == machines)
    }
}
