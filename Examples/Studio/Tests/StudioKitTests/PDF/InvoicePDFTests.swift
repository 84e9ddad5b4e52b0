import Foundation
import Testing

@testable import StudioKit

private func invoice(lines count: Int = 3, text: String = "Webshop") throws -> InvoiceDocument {
    InvoiceDocument(
        number: "2025-0042",
        issuedOn: try CivilDate("2025-04-01"),
        dueOn: try CivilDate("2025-04-30"),
        period: "March 2025",
        seller: .init(name: "Studio Sommer", address: ["Deich 1", "20459 Hamburg"], vatNumber: "DE123456789"),
        client: .init(name: "Müller & Söhne", address: ["Café-Straße 5", "Zürich"], email: "büro@example.org"),
        lines: (1...count).map {
            .init(
                "\(text) \($0)",
                quantity: "1.50 h",
                unitPrice: Money(cents: 9500, currency: .eur),
                amount: Money(cents: 14_250, currency: .eur)
            )
        },
        vatBasisPoints: 1900,
        note: "Thank you.\nPay to DE00 1234 – 30 days."
    )
}

/// The texts of an uncompressed PDF, in the order they were drawn.
private func texts(_ bytes: [UInt8]) -> [String] {
    let file = String(bytes.map { Character(Unicode.Scalar($0)) })
    return file.split(separator: "\n").filter { $0.hasSuffix(" Tj") }.map { line in
        String(line.dropLast(3)).replacing(/\\([0-7]{3})/) { match in
            UInt8(match.1, radix: 8).map { String(Unicode.Scalar($0)) } ?? ""
        }
    }
}

@Suite struct InvoicePDFTests {
    @Test func `shows parties, lines, totals and tax`() throws {
        let texts = texts(try InvoicePDF.render(invoice(), isCompressed: false))
        for expected in [
            "Invoice", "2025-0042", "2025-04-01", "2025-04-30", "March 2025", "Studio Sommer", "VAT number DE123456789",
            "Müller & Söhne", "Café-Straße 5", "Webshop 1", "Webshop 3", "142.50", "427.50 EUR", "VAT 19 %",
            "81.23 EUR",
            "508.73 EUR", "Thank you.", "Page 1 of 1",
        ] {
            #expect(texts.contains { $0.contains(expected) }, "\(expected) is not in \(texts)")
        }
    }

    @Test func `the same invoice gives the same bytes, another other bytes`() throws {
        let first = try InvoicePDF.render(invoice())
        #expect(try InvoicePDF.render(invoice()) == first)
        #expect(try InvoicePDF.render(invoice(lines: 4)) != first)
        #expect(first.starts(with: Array("%PDF-1.".utf8)))
        #expect(first.suffix(8).contains(UInt8(ascii: "%")))
    }

    @Test func `breaks pages, repeats the headings and counts the pages`() throws {
        let texts = texts(try InvoicePDF.render(invoice(lines: 150, text: "Two\nlines"), isCompressed: false))
        let pages = texts.filter { $0.contains("Page ") }
        #expect(pages.count > 4)
        #expect(pages.last?.contains("Page \(pages.count) of \(pages.count)") == true)
        #expect(texts.filter { $0.contains("Description") }.count == pages.count)
        #expect(texts.filter { $0.contains("lines ") }.count == 150)
        #expect(texts.contains { $0.contains("21 375.00 EUR") })
    }

    @Test func `takes any text`() throws {
        var odd = try invoice(text: String(repeating: "x", count: 5_000) + " (a) \\ \u{0} 日本 \u{202E}")
        odd.title = String(repeating: "title ", count: 500)
        odd.client = .init(name: "", address: Array(repeating: String(repeating: "a", count: 400), count: 90))
        odd.note = String(repeating: "note\n", count: 300)
        odd.seller.name = ")\\("
        #expect(try InvoicePDF.render(odd).count > 1_000)
    }

    @Test func `refuses an invoice that does not add up`() throws {
        var empty = try invoice()
        empty.lines = []
        var mixed = try invoice()
        mixed.lines[1].amount = Money(cents: 1, currency: .usd)
        var taxed = try invoice()
        taxed.vatBasisPoints = 10_001
        for (bad, code) in [(empty, StudioKitError.Code.money), (mixed, .currency), (taxed, .money)] {
            let error = #expect(throws: StudioKitError.self) { try InvoicePDF.render(bad) }
            #expect(error?.code == code)
        }
    }

    @Test func `writes the file whole`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "studio-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for _ in 0..<2 { try InvoicePDF.write(invoice(), to: "\(folder)/2025-0042.pdf") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["2025-0042.pdf"])
        let written = try #require(FileManager.default.contents(atPath: "\(folder)/2025-0042.pdf"))
        #expect(try [UInt8](written) == InvoicePDF.render(invoice()))
    }

    @Test func `renders on many threads at once`() async throws {
        let expected = try InvoicePDF.render(invoice(lines: 40))
        let same = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 { group.addTask { try InvoicePDF.render(invoice(lines: 40)) == expected } }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(same)
    }
}
