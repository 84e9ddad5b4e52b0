import Testing

@testable import StudioKit

@Suite struct PDFCanvasTests {
    @Test func `an error of libharu is thrown with step and code`() throws {
        let canvas = try PDFCanvas()
        let page = try canvas.addPage()
        let error = #expect(throws: StudioKitError.self) {
            try canvas.draw([0x41], x: 0, y: 0, .regular, size: -5, on: page)
        }
        #expect(error?.code == .pdf)
        #expect(error?.message.contains("set the font size -5.0: error 0x1050") == true)
    }

    @Test func `measures text`() throws {
        let canvas = try PDFCanvas()
        #expect(canvas.width(of: [], .regular, size: 10) == 0)
        #expect(canvas.width(of: Array("A".utf8), .regular, size: 10) == 6.67)
        #expect(canvas.width(of: Array("AA".utf8), .bold, size: 20) == 28.88)
    }

    @Test func `breaks lines at spaces and line ends, and cuts long words`() throws {
        let canvas = try PDFCanvas()
        func lines(_ text: String, _ width: Float) -> [String] {
            canvas.lines(of: text, width: width, .regular, size: 10).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(lines("one two three", 36) == ["one two", "three"])
        #expect(lines("one\n\ntwo", 100) == ["one", "", "two"])
        #expect(lines("", 100) == [""])
        #expect(lines("  ", 100) == [""])
        #expect(lines("AAAAAAA b", 21) == ["AAA", "AAA", "A b"])
        #expect(lines("AAA", 0) == ["A", "A", "A"])
    }
}
