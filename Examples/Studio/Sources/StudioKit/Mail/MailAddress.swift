/// A mail address with the name of who it belongs to.
public struct MailAddress: Hashable, Sendable, Codable {
    /// Name for people; may be empty.
    public let name: String
    /// The address proper, as `ada@example.org`.
    public let address: String

    /// Makes an address, and throws ``StudioKitError`` of code `mail` if it is none.
    ///
    /// Accepts what mail systems accept unquoted: one `@`, ASCII, no spaces, brackets, quotes or list signs, a domain of
    /// labels. A name with a line end is refused too, because it could smuggle in a header.
    public init(_ address: String, name: String = "") throws {
        guard MailAddress.isAddress(address) else {
            throw StudioKitError(.mail, "'\(address)' is not a mail address; write it as name@example.org")
        }
        guard name.firstControl == nil else {
            throw StudioKitError(.mail, "the name of \(address) holds a control character; remove it")
        }
        self.name = name
        self.address = address
    }

    /// Whether a text is an address that ``init(_:name:)`` accepts.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, parts[0].utf8.count <= 64 else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        let words = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        return words.allSatisfy { isAtom($0) } && labels.count >= 2 && labels.allSatisfy { isLabel($0) }
    }

    private static func isAtom(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
    }

    private static func isLabel(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 63 && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
