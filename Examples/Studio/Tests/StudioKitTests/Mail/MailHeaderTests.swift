import Testing

@testable import StudioKit

@Suite struct MailHeaderTests {
    @Test func `encodes parameters that are not ASCII`() {
        #expect(MailHeader.parameter("filename", "a b.pdf") == "filename=\"a b.pdf\"")
        #expect(MailHeader.parameter("filename", "ü (1).pdf") == "filename*=UTF-8''%C3%BC%20%281%29.pdf")
    }

    @Test(arguments: [
        "", "a b", "a:b", "ä", "a\r\nb", "Subject", "BCC", "content-type", String(repeating: "x", count: 41),
    ])
    func `refuses names`(name: String) {
        #expect(throws: StudioKitError.self) { try MailHeader(checking: name, "x") }
    }

    @Test(arguments: ["a\r\nBcc: x@y.org", "a\nb", "a\rb", "a\0b", String(repeating: "x", count: 4001)])
    func `refuses values`(value: String) {
        #expect(throws: StudioKitError.self) { try MailHeader(checking: "X-A", value) }
    }

    @Test(arguments: ["", "..", "a/b", "a\\b", "a\r\nb", String(repeating: "x", count: 201)])
    func `refuses file names`(name: String) {
        #expect(throws: StudioKitError.self) { try MailHeader.checkFileName(name) }
    }

    @Test(arguments: ["", "pdf", "a/b/c", "text/plain; charset=x", "a/\r\n", "/x"])
    func `refuses content types`(type: String) {
        #expect(throws: StudioKitError.self) { try MailHeader.checkContentType(type) }
    }
}
