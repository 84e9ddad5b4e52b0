import Testing

@testable import StudioKit

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("Müller", 6), ("Mu\u{308}ller", 6), ("日本", 4), ("😀", 2), ("❤️", 2), ("€", 1),
    ])
    func `counts terminal columns`(text: String, width: Int) {
        #expect(displayWidth(text) == width)
    }
}
