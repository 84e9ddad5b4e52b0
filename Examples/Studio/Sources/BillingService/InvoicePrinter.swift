import Foundation
import MartletORM
import StudioKit

/// Prints invoices to PDF: the same invoice always gives the same file, so that printing twice does no harm.
struct InvoicePrinter: Sendable {
    let database: Database
    /// The folder of the documents.
    let folder: URL
    /// Who sends the invoices.
    let seller: InvoiceDocument.Party

    /// Prints an invoice and returns the path of its document.
    func print(_ id: Int) async throws -> String {
        let invoice = try await Invoice.page.get(id, on: database)
        let path = folder.appending(path: "\(invoice.number).pdf").path
        try InvoicePDF.write(document(invoice), to: path)
        try await Invoice.objects.filter { $0.id == id }.update(on: database) { [$0.document.set(path)] }
        return path
    }

    private func document(_ invoice: InvoiceRow) throws -> InvoiceDocument {
        let currency = try Currency(invoice.currency)
        let issuedOn = try CivilDate(invoice.issuedOn)
        return InvoiceDocument(
            number: invoice.number, issuedOn: issuedOn, period: invoice.month, seller: seller,
            client: InvoiceDocument.Party(name: invoice.client.name),
            lines: invoice.lines.map { line in
                InvoiceDocument.Line(
                    "\(line.project.name): \(line.details)", quantity: InvoiceDocument.Line.hours(line.seconds),
                    amount: Money(cents: line.amountCents, currency: currency))
            },
            vatBasisPoints: invoice.vatBasisPoints, note: "Payable within 30 days without deduction.")
    }
}
