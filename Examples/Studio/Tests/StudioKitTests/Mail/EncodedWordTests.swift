import Testing

@testable import StudioKit

@Suite struct EncodedWordTests {
    @Test func `leaves plain text and folds it at spaces`() {
        #expect(EncodedWord.unstructured("Hello, world", indent: 9) == "Hello, world")
        let long = Array(repeating: "word", count: 40).joined(separator: " ")
        let folded = EncodedWord.unstructured(long, indent: 9)
        #expect(folded.replacing("\r\n", with: "") == long)
        #expect(folded.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 77 })
    }

    @Test(arguments: ["Grüße", "=?UTF-8?B?QQ==?=", "two  spaces", " led", String(repeating: "x", count: 61), "日本"])
    func `encodes what could not stand as it is`(text: String) {
        #expect(EncodedWord.unstructured(text, indent: 9).hasPrefix("=?UTF-8?B?"))
    }

    @Test(arguments: [2, 9, 30, 42])
    func `keeps encoded words within 75 characters and lines within 76`(indent: Int) {
        let words = EncodedWord.unstructured(String(repeating: "ü😀", count: 100), indent: indent).split(
            separator: "\r\n "
        )
        #expect(words.count > 10)
        #expect(words[0].utf8.count + indent <= 76)
        #expect(words.allSatisfy { $0.utf8.count <= 75 && $0.hasPrefix("=?UTF-8?B?") && $0.hasSuffix("?=") })
    }

    @Test func `quotes names with signs`() {
        #expect(EncodedWord.phrase("Ada Sommer") == "Ada Sommer")
        #expect(EncodedWord.phrase("Sommer, Ada \"A\"") == #""Sommer, Ada \"A\"""#)
        #expect(EncodedWord.phrase("Åda").hasPrefix("=?UTF-8?B?"))
    }
}
