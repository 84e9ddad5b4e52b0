import Testing

@testable import StudioKit

@Suite struct QuotedPrintableTests {
    @Test(arguments: [
        ("", ""), ("a=b", "a=3Db"), ("ü", "=C3=BC"), ("a \nb\t", "a=20\r\nb=09"), ("a\rb\r\nc\n", "a\r\nb\r\nc\r\n"),
        ("a\u{0}b", "a=00b"), ("a  b", "a  b"),
    ])
    func `encodes`(text: String, expected: String) {
        #expect(QuotedPrintable.encode(text) == expected)
    }

    @Test(arguments: 70...160)
    func `keeps lines within 76 characters`(count: Int) {
        for text in [
            String(repeating: "a", count: count), String(repeating: "ü", count: count),
            String(repeating: " ", count: count),
        ] {
            let lines = QuotedPrintable.encode(text).split(separator: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 })
            #expect(lines.dropLast().allSatisfy { $0.hasSuffix("=") })
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
        }
    }
}
