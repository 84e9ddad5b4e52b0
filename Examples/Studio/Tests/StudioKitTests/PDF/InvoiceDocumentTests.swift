import Foundation
import Testing

@testable import StudioKit

@Suite struct InvoiceDocumentTests {
    private func document(_ cents: [Int], vat: Int) throws -> InvoiceDocument {
        InvoiceDocument(
            number: "1",
            issuedOn: try CivilDate("2025-01-01"),
            seller: .init(name: "A"),
            client: .init(name: "B"),
            lines: cents.map { .init("x", amount: Money(cents: $0, currency: .eur)) },
            vatBasisPoints: vat
        )
    }

    @Test func `rounds the tax once, on the sum`() throws {
        let totals = try document([103, 103, 103], vat: 500).totals()
        #expect(totals.net.cents == 309)
        #expect(totals.vat.cents == 15)
        #expect(totals.gross.cents == 324)
    }

    @Test(arguments: [(1900, "19 %"), (725, "7.25 %"), (0, "0 %"), (5, "0.05 %")])
    func `writes the tax rate`(basisPoints: Int, text: String) throws {
        #expect(try document([1], vat: basisPoints).vatRate == text)
    }

    @Test(arguments: [
        (5400, "1.50 h"), (18, "0.01 h"), (17, "0.00 h"), (0, "0.00 h"), (360_000, "100.00 h"), (-36, "-0.01 h"),
    ])
    func `writes hours`(seconds: Int, text: String) {
        #expect(InvoiceDocument.Line.hours(seconds) == text)
    }

    @Test func `travels as JSON and comes back`() throws {
        let document = try document([1, 2], vat: 700)
        #expect(try JSONDecoder().decode(InvoiceDocument.self, from: JSONEncoder().encode(document)) == document)
    }
}
