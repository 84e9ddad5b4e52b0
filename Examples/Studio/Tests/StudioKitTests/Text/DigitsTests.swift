import Testing

@testable import StudioKit

@Suite struct DigitsTests {
    @Test func `reads ASCII digits only`() {
        #expect(digits("007") == 7)
        #expect(digits("999999999999999999") == 999_999_999_999_999_999)
        for text in ["", "+1", "-1", " 1", "1a", "१", "1234567890123456789"] { #expect(digits(text) == nil) }
    }

    @Test func `groups thousands`() {
        #expect(
            [0, 12, 999, 1_000, 1_234_567, -1_000].map(grouped) == ["0", "12", "999", "1 000", "1 234 567", "-1 000"]
        )
    }
}
