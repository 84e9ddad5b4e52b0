/// One header of a mail, checked, encoded and folded.
struct MailHeader: Hashable, Sendable {
    /// The header as it stands in the message, without its last line end.
    let line: String

    /// Headers that a mail writes itself and that nobody else may.
    private static let reserved: Set<String> = [
        "date", "from", "to", "message-id", "subject", "mime-version", "content-type", "content-transfer-encoding",
        "content-disposition", "bcc", "sender",
    ]

    /// A header whose value is already encoded and folded.
    init(name: String, folded value: String) {
        line = "\(name): \(value)"
    }

    /// A header of free text.
    init(name: String, text: String) {
        line = "\(name): \(EncodedWord.unstructured(text, indent: name.utf8.count + 2))"
    }

    /// A header from outside, refused if it is not one or could be mistaken for another.
    init(checking name: String, _ value: String) throws {
        let isName = !name.isEmpty && name.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: ":") }
        guard isName, name.utf8.count <= 40 else {
            throw StudioKitError(.mail, "'\(name)' is not a header's name; use up to 40 letters, digits and hyphens")
        }
        guard !Self.reserved.contains(name.lowercased()) else {
            throw StudioKitError(.mail, "the header '\(name)' is written from the mail's own values; leave it out")
        }
        try Self.checkValue(value, of: name)
        self.init(name: name, text: value)
    }

    /// An address with its name, as `From` and `To` hold it.
    static func mailbox(_ mailbox: MailAddress) -> String {
        mailbox.name.isEmpty ? mailbox.address : "\(EncodedWord.phrase(mailbox.name)) <\(mailbox.address)>"
    }

    /// A parameter such as `filename="a.pdf"`, by RFC 2231 if its value is not plain ASCII.
    static func parameter(_ name: String, _ value: String) -> String {
        if value.utf8.allSatisfy({ (32...126).contains($0) }) { return "\(name)=\(EncodedWord.quoted(value))" }
        let escaped = value.utf8.map { byte in
            MailAddress.isAlphanumeric(byte) || "-._~".utf8.contains(byte)
                ? String(Unicode.Scalar(byte)) : "%" + QuotedPrintable.hexadecimal(byte)
        }
        return "\(name)*=UTF-8''\(escaped.joined())"
    }
}

extension MailHeader {
    static func checkValue(_ value: String, of name: String) throws {
        guard value.firstControl == nil else {
            throw StudioKitError(
                .mail,
                "the header '\(name)' holds a line end or another control character; remove it"
            )
        }
        guard value.utf8.count <= 4_000 else {
            throw StudioKitError(.mail, "the header '\(name)' has \(value.utf8.count) bytes; the most is 4000")
        }
    }

    static func checkFileName(_ name: String) throws {
        let isSafe = !name.unicodeScalars.contains { scalar in
            scalar == "/" || scalar == "\\" || scalar.isControl
        }
        guard isSafe, !name.isEmpty, name != ".", name != "..", name.utf8.count <= 200 else {
            throw StudioKitError(
                .mail,
                "'\(name.prefix(80))' is not a file name; use up to 200 bytes without slashes or control characters"
            )
        }
    }

    static func checkContentType(_ type: String) throws {
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        let isToken = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { MailAddress.isAlphanumeric($0) || "-.+_".utf8.contains($0) }
        }
        guard parts.count == 2, isToken, type.utf8.count <= 127 else {
            throw StudioKitError(.mail, "'\(type.prefix(80))' is not a content type; write it as application/pdf")
        }
    }

    /// Whether a text is an id of RFC 5322, 3.6.4, with atoms on both sides; a domain need not have a dot.
    static func isMessageID(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 250
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        MailAddress.isAlphanumeric($0) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains($0)
                    }
            }
    }
}
