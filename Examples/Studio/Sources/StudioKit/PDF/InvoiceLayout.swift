/// Places an invoice on pages from top to bottom, and begins a new page where the next piece would not fit.
struct InvoiceLayout {
    private let invoice: InvoiceDocument
    private let canvas: PDFCanvas
    private var pages: [PDFCanvas.Page]
    private var y: Float

    private static let left: Float = 56
    private static let right = PDFCanvas.width - 56
    private static let top = PDFCanvas.height - 64
    private static let bottom: Float = 72
    private static let size: Float = 9.5
    private static let leading: Float = 13
    /// Right ends of the columns quantity, unit price and amount.
    private static let (quantity, price, amount) = (right - 180, right - 90, right)
    private static let textWidth = quantity - 70 - left

    init(invoice: InvoiceDocument, canvas: PDFCanvas) throws {
        self.invoice = invoice
        self.canvas = canvas
        self.pages = [try canvas.addPage()]
        self.y = Self.top
    }

    private var page: PDFCanvas.Page { pages[pages.count - 1] }

    /// Draws title, parties and dates.
    mutating func drawHead() throws {
        for line in canvas.lines(of: invoice.title, width: Self.right - Self.left, .bold, size: 22).prefix(3) {
            try canvas.draw(line, x: Self.left, y: y, .bold, size: 22, on: page)
            y -= 26
        }
        y -= 4
        let facts: [(String, String?)] = [
            ("Number", invoice.number), ("Date", invoice.issuedOn.description), ("Period", invoice.period),
            ("Due", invoice.dueOn?.description),
        ]
        for case (let name, let value?) in facts {
            try text(name, at: Self.left, gray: 0.4)
            let width = Self.right - Self.left - 60
            for line in canvas.lines(of: value, width: width, .regular, size: Self.size).prefix(3) {
                try canvas.draw(line, x: Self.left + 60, y: y, .regular, size: Self.size, on: page)
                y -= Self.leading
            }
        }
        y -= 14
        let start = y
        let middle = (Self.left + Self.right) / 2
        let from = try drawParty(invoice.seller, "From", x: Self.left)
        y = start
        let to = try drawParty(invoice.client, "To", x: middle)
        y = min(from, to) - 20
    }

    /// Draws one party downwards and returns where it ends.
    private mutating func drawParty(_ party: InvoiceDocument.Party, _ label: String, x: Float) throws -> Float {
        let width = (Self.right - Self.left) / 2 - 16
        try text(label, at: x, gray: 0.4)
        y -= Self.leading
        let vat = party.vatNumber.map { ["VAT number \($0)"] } ?? []
        let rest = party.address + vat + (party.email.map { [$0] } ?? [])
        let name = canvas.lines(of: party.name, width: width, .bold, size: Self.size)
        let lines = rest.flatMap { canvas.lines(of: $0, width: width, .regular, size: Self.size) }
        // An address that would leave the page is cut: a page of letter head is no invoice.
        for (index, line) in (name + lines).prefix(30).enumerated() {
            try canvas.draw(line, x: x, y: y, index < name.count ? .bold : .regular, size: Self.size, on: page)
            y -= Self.leading
        }
        return y
    }

    /// Draws the lines, with the column headings again on each page.
    mutating func drawTable() throws {
        try makeRoom(for: 3 * Self.leading)
        try drawTableHead()
        for line in invoice.lines {
            let texts = canvas.lines(of: line.text, width: Self.textWidth, .regular, size: Self.size)
            for (index, text) in texts.enumerated() {
                // The first part of a row is never alone at the end of a page unless the row has no other.
                if try makeRoom(for: Self.leading * (index == 0 ? Float(min(texts.count, 2)) : 1)) {
                    try drawTableHead()
                }
                try canvas.draw(text, x: Self.left, y: y, .regular, size: Self.size, on: page)
                if index == 0 { try drawNumbers(of: line) }
                y -= Self.leading
            }
            y -= 3
        }
    }

    private func drawNumbers(of line: InvoiceDocument.Line) throws {
        try text(line.quantity, endingAt: Self.quantity)
        try text(line.unitPrice?.amount ?? "", endingAt: Self.price)
        try text(line.amount.amount, endingAt: Self.amount)
    }

    private mutating func drawTableHead() throws {
        let currency = invoice.lines.first.map { " \($0.amount.currency)" } ?? ""
        try text("Description", at: Self.left, .bold)
        try text("Quantity", endingAt: Self.quantity, .bold)
        try text("Price\(currency)", endingAt: Self.price, .bold)
        try text("Amount\(currency)", endingAt: Self.amount, .bold)
        y -= 5
        try canvas.rule(from: Self.left, to: Self.right, y: y, thickness: 0.7, on: page)
        y -= Self.leading
    }

    /// Draws net, tax and gross, together on one page.
    mutating func drawTotals(_ totals: InvoiceDocument.Totals) throws {
        try makeRoom(for: 5 * Self.leading)
        try canvas.rule(from: Self.left, to: Self.right, y: y + 8, thickness: 0.7, on: page)
        y -= 4
        let rows: [(String, Money, PDFCanvas.Face)] = [
            ("Net", totals.net, .regular), ("VAT \(invoice.vatRate)", totals.vat, .regular),
            ("Total", totals.gross, .bold),
        ]
        for (name, money, face) in rows {
            try text(name, endingAt: Self.price, face)
            try text(money.description, endingAt: Self.amount, face)
            y -= Self.leading + 2
        }
    }

    /// Draws the text below the totals.
    mutating func drawNote() throws {
        guard !invoice.note.isEmpty else { return }
        y -= 16
        for line in canvas.lines(of: invoice.note, width: Self.right - Self.left, .regular, size: Self.size) {
            try makeRoom(for: Self.leading)
            try canvas.draw(line, x: Self.left, y: y, .regular, size: Self.size, on: page)
            y -= Self.leading
        }
    }

    /// Draws number and `page x of y` on every page, now that their count is known.
    func drawFooters() throws {
        let limit = (Self.right - Self.left) * 0.7
        let name = "\(invoice.seller.name) · \(invoice.title) \(invoice.number)"
        let label = canvas.lines(of: name, width: limit, .regular, size: 8).first ?? []
        for (index, page) in pages.enumerated() {
            try canvas.rule(from: Self.left, to: Self.right, y: 48, thickness: 0.4, on: page)
            try canvas.draw(label, x: Self.left, y: 36, .regular, size: 8, gray: 0.4, on: page)
            let count = WinAnsi.encode("Page \(index + 1) of \(pages.count)")
            let start = Self.right - canvas.width(of: count, .regular, size: 8)
            try canvas.draw(count, x: start, y: 36, .regular, size: 8, gray: 0.4, on: page)
        }
    }

    /// Begins a new page if less than `height` is left, and says whether it did.
    @discardableResult
    private mutating func makeRoom(for height: Float) throws -> Bool {
        guard y - height < Self.bottom else { return false }
        pages.append(try canvas.addPage())
        y = Self.top
        return true
    }

    private func text(_ text: String, at x: Float, _ face: PDFCanvas.Face = .regular, gray: Float = 0) throws {
        try canvas.draw(WinAnsi.encode(text), x: x, y: y, face, size: Self.size, gray: gray, on: page)
    }

    private func text(_ text: String, endingAt x: Float, _ face: PDFCanvas.Face = .regular) throws {
        let bytes = WinAnsi.encode(text)
        let start = x - canvas.width(of: bytes, face, size: Self.size)
        try canvas.draw(bytes, x: start, y: y, face, size: Self.size, on: page)
    }
}
