/// Prints invoices as PDF files, A4, with the fonts every reader has.
public enum InvoicePDF {
    /// Renders an invoice in memory; the same invoice gives the same bytes.
    ///
    /// - Throws: ``StudioKitError``: `money` or `currency` if the invoice does not add up (see
    ///   ``InvoiceDocument/totals()``), `pdf` if libharu fails, with its code.
    public static func render(_ invoice: InvoiceDocument) throws -> [UInt8] {
        try render(invoice, isCompressed: true)
    }

    /// Renders an invoice and writes it under a path, whole or not at all; see ``AtomicFile``.
    ///
    /// Rendering the same invoice twice to the same path leaves one file.
    public static func write(_ invoice: InvoiceDocument, to path: String) throws {
        try AtomicFile.write(render(invoice), to: path)
    }

    static func render(_ invoice: InvoiceDocument, isCompressed: Bool) throws -> [UInt8] {
        let totals = try invoice.totals()
        let canvas = try PDFCanvas(isCompressed: isCompressed)
        try canvas.describe(
            title: "\(invoice.title) \(invoice.number)",
            author: invoice.seller.name,
            date: invoice.issuedOn
        )
        var layout = try InvoiceLayout(invoice: invoice, canvas: canvas)
        try layout.drawHead()
        try layout.drawTable()
        try layout.drawTotals(totals)
        try layout.drawNote()
        try layout.drawFooters()
        return try canvas.bytes()
    }
}
