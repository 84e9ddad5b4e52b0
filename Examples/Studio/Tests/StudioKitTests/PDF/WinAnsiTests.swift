import Testing

@testable import StudioKit

@Suite struct WinAnsiTests {
    @Test(
        arguments: [
            ("Abc ~", [0x41, 0x62, 0x63, 0x20, 0x7E]), ("äé", [0xE4, 0xE9]), ("e\u{301}", [0xE9]), ("€", [0x80]),
            ("„–“", [0x84, 0x96, 0x93]), ("ř", [0x72]), ("Łı", [0x4C, 0x69]), ("日", [0x3F]), ("😀", [0x3F]),
            ("ﬁ", [0x66, 0x69]), ("a\tb\u{0}\u{85}", [0x61, 0x20, 0x62, 0x20, 0x20]), ("ﬀ²", [0x66, 0x66, 0xB2]),
        ] as [(String, [UInt8])]
    )
    func `encodes, falls back to base letters, then to a question mark`(text: String, bytes: [UInt8]) {
        #expect(WinAnsi.encode(text) == bytes)
    }
}
