import StudioKit
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        (3600, 9500, 9500), (1800, 9501, 4751), (1, 1800, 1), (1, 1799, 0), (0, 9500, 0), (3599, 10_000, 9997),
        (1800, -9501, -4751), (86_400, 12_345, 296_280),
    ])
    func `pays hours half up to the cent`(seconds: Int, rate: Int, cents: Int) throws {
        let money = try Money.earned(inSeconds: seconds, atHourlyRate: Money(cents: rate, currency: .eur))
        #expect(money == Money(cents: cents, currency: .eur))
    }

    @Test(arguments: [
        (10_000, 1900, 1900), (105, 1900, 20), (5, 1000, 1), (4, 1000, 0), (333, 725, 24), (-5, 1000, -1),
    ])
    func `takes shares half up`(cents: Int, basisPoints: Int, expected: Int) throws {
        #expect(try Money(cents: cents, currency: .eur).share(basisPoints: basisPoints).cents == expected)
    }

    @Test func `sums exactly and only one currency`() throws {
        let amounts = [10, 20, 30].map { Money(cents: $0, currency: .eur) }
        #expect(try Money.sum(amounts, in: .eur).cents == 60)
        #expect(try Money.sum([], in: .usd) == .zero(.usd))
        let error = #expect(throws: StudioKitError.self) { try Money.sum(amounts, in: .usd) }
        #expect(error?.code == .currency)
        #expect(error?.message.contains("0.10 EUR") == true)
    }

    @Test func `what does not fit is thrown, not trapped`() {
        let most = Money(cents: .max, currency: .eur)
        let least = Money(cents: .min, currency: .eur)
        #expect(throws: StudioKitError.self) { try most.adding(Money(cents: 1, currency: .eur)) }
        #expect(throws: StudioKitError.self) { try Money.earned(inSeconds: .max, atHourlyRate: most) }
        #expect(throws: StudioKitError.self) { try Money.earned(inSeconds: -1, atHourlyRate: most) }
        #expect(throws: StudioKitError.self) { try least.share(basisPoints: .min) }
    }

    @Test(arguments: ["EU", "EURO", "E1R", "", "€€€", "ÄÖÜ"])
    func `refuses what is no currency code`(code: String) {
        #expect(throws: StudioKitError.self) { try Currency(code) }
    }

    @Test func `takes a code in either case`() throws {
        #expect(try Currency("chf") == .chf)
    }
}
