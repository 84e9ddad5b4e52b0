import StudioKit
import Testing

@Suite struct MailAddressTests {
    @Test(arguments: ["ada@example.org", "a.b+c@mail.example.co.uk", "o'neill_1@x-y.org"])
    func `accepts addresses`(text: String) throws {
        #expect(try MailAddress(text).address == text)
    }

    @Test(arguments: [
        "", "ada", "@example.org", "ada@", "ada@localhost", "a@b@c.org", "a b@c.org", "a@b..org", ".a@b.org",
        "a.@b.org",
        "a@-b.org", "a@b.org\r\nBcc: x@y.org", "<a@b.org>", "a,b@c.org", "ä@example.org",
        String(repeating: "a", count: 65) + "@b.org",
    ])
    func `refuses what is no address`(text: String) {
        let error = #expect(throws: StudioKitError.self) { try MailAddress(text) }
        #expect(error?.code == .mail)
    }

    @Test func `refuses a line end in a name`() {
        #expect(throws: StudioKitError.self) { try MailAddress("a@b.org", name: "Ada\r\nBcc: x@y.org") }
    }
}
