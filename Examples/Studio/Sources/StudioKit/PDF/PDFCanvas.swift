import CHaru

/// A PDF document being drawn: pages, text, lines; each failure of libharu is thrown.
///
/// libharu is given no error handler: without one it neither jumps nor exits, every function returns its status, and
/// ``check(_:_:)`` turns that into a ``StudioKitError``. A canvas belongs to whoever made it and is not shared.
final class PDFCanvas {
    /// A built-in font, encoded as ``WinAnsi``.
    enum Face: String, CaseIterable {
        case regular = "Helvetica"
        case bold = "Helvetica-Bold"
    }

    /// A page that can still be drawn on.
    struct Page {
        fileprivate let handle: HPDF_Page
    }

    /// Size of an A4 page, in points of 1/72 inch.
    static let (width, height): (Float, Float) = (595.276, 841.89)

    private let document: HPDF_Doc
    private var fonts: [Face: HPDF_Font] = [:]

    /// Makes an empty document; `isCompressed` is off only to let a test read the text.
    init(isCompressed: Bool = true) throws {
        guard let document = HPDF_New(nil, nil) else {
            throw StudioKitError(.pdf, "libharu could not make a document; the machine is out of memory")
        }
        self.document = document
        try check(
            HPDF_SetCompressionMode(document, HPDF_UINT(isCompressed ? HPDF_COMP_ALL : HPDF_COMP_NONE)),
            "set the compression"
        )
        for face in Face.allCases {
            guard let font = HPDF_GetFont(document, face.rawValue, "WinAnsiEncoding") else {
                throw failure("load the font \(face.rawValue)")
            }
            fonts[face] = font
        }
    }

    deinit { HPDF_Free(document) }

    /// Sets title and author, and the only date in the file, so that the same input gives the same bytes.
    func describe(title: String, author: String, date: CivilDate) throws {
        try check(HPDF_SetInfoAttr(document, HPDF_INFO_TITLE, terminated(latin(title))), "set the title")
        try check(HPDF_SetInfoAttr(document, HPDF_INFO_AUTHOR, terminated(latin(author))), "set the author")
        var moment = HPDF_Date()
        moment.year = HPDF_INT(date.year)
        moment.month = HPDF_INT(date.month)
        moment.day = HPDF_INT(date.day)
        moment.ind = CChar(bitPattern: UInt8(ascii: "Z"))
        try check(HPDF_SetInfoDateAttr(document, HPDF_INFO_CREATION_DATE, moment), "set the date")
        try check(HPDF_SetInfoDateAttr(document, HPDF_INFO_MOD_DATE, moment), "set the date")
    }

    /// Adds an empty A4 page at the end.
    func addPage() throws -> Page {
        guard let page = HPDF_AddPage(document) else { throw failure("add a page") }
        try check(HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT), "set the page size")
        return Page(handle: page)
    }

    /// Width in points of encoded text on one line.
    func width(of text: [UInt8], _ face: Face, size: Float) -> Float {
        guard let font = fonts[face], !text.isEmpty else { return 0 }
        return Float(HPDF_Font_TextWidth(font, text, HPDF_UINT(text.count)).width) * size / 1000
    }

    /// Draws encoded text on one line, its left end and base line at the point; `gray` is 0 for black, 1 for white.
    func draw(
        _ text: [UInt8],
        x: Float,
        y: Float,
        _ face: Face,
        size: Float,
        gray: Float = 0,
        on page: Page
    ) throws {
        guard let font = fonts[face], !text.isEmpty else { return }
        try check(HPDF_Page_SetGrayFill(page.handle, gray), "set the colour")
        try check(HPDF_Page_BeginText(page.handle), "begin text")
        try check(HPDF_Page_SetFontAndSize(page.handle, font, size), "set the font size \(size)")
        try check(HPDF_Page_TextOut(page.handle, x, y, terminated(text)), "draw \(text.count) bytes of text")
        try check(HPDF_Page_EndText(page.handle), "end text")
    }

    /// Draws a horizontal line.
    func rule(from left: Float, to right: Float, y: Float, thickness: Float, on page: Page) throws {
        try check(HPDF_Page_SetLineWidth(page.handle, thickness), "set the line width \(thickness)")
        try check(HPDF_Page_MoveTo(page.handle, left, y), "begin a line")
        try check(HPDF_Page_LineTo(page.handle, right, y), "draw a line")
        try check(HPDF_Page_Stroke(page.handle), "stroke a line")
    }

    /// Ends the document and returns the file's bytes.
    func bytes() throws -> [UInt8] {
        try check(HPDF_SaveToStream(document), "save the document")
        try check(HPDF_ResetStream(document), "rewind the document")
        var count = HPDF_GetStreamSize(document)
        let size = Int(count)
        var bytes = [UInt8](repeating: 0, count: size)
        try check(HPDF_ReadFromStream(document, &bytes, &count), "read \(size) bytes of the document")
        guard Int(count) == size else {
            throw StudioKitError(.pdf, "libharu gave \(count) of \(size) bytes of the document; try again")
        }
        return bytes
    }

    private func check(_ status: HPDF_STATUS, _ step: String) throws {
        guard status == HPDF_STATUS(HPDF_OK) else { throw failure(step, status) }
    }

    private func failure(_ step: String, _ status: HPDF_STATUS? = nil) -> StudioKitError {
        let code = String(status ?? HPDF_GetError(document), radix: 16, uppercase: true)
        let detail = HPDF_GetErrorDetail(document)
        return StudioKitError(
            .pdf,
            "libharu could not \(step): error 0x\(code), detail \(detail); its codes are listed in hpdf_error.h"
        )
    }

    private func terminated(_ text: [UInt8]) -> [CChar] {
        text.map { CChar(bitPattern: $0 == 0 ? UInt8(ascii: " ") : $0) } + [0]
    }

    /// The part of the encoding that document properties share with it.
    private func latin(_ text: String) -> [UInt8] {
        WinAnsi.encode(text).map { (0x80...0xA0).contains($0) ? UInt8(ascii: "?") : $0 }
    }
}
