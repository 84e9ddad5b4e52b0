/// Writes text into mail headers, which hold only ASCII: plain where possible, else as encoded words (RFC 2047).
enum EncodedWord {
    private static let lineLength = 76

    /// Free text such as a subject, folded; `indent` is what stands before it on the first line.
    static func unstructured(_ text: String, indent: Int) -> String {
        isPlain(text) ? fold(text, indent: indent) : words(text, indent: indent)
    }

    /// A name before an address: atoms, a quoted string, or encoded words.
    static func phrase(_ text: String) -> String {
        guard isPlain(text), text.utf8.count <= 60 else { return words(text, indent: 6) }
        let isAtoms = text.utf8.allSatisfy { MailAddress.isAlphanumeric($0) || " -_".utf8.contains($0) }
        return isAtoms ? text : quoted(text)
    }

    /// A text in quotes, quotes and backslashes in it escaped.
    static func quoted(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "\"" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return "\"\(escaped)\""
    }

    /// Whether the text can stand as it is: printable ASCII, nothing like an encoded word, single spaces, short words.
    private static func isPlain(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (32...126).contains($0) }), !text.contains("=?"), !text.contains("  ") else {
            return false
        }
        guard !text.hasPrefix(" "), !text.hasSuffix(" ") else { return false }
        return text.split(separator: " ").allSatisfy { $0.utf8.count <= 60 }
    }

    private static func fold(_ text: String, indent: Int) -> String {
        var folded = ""
        var column = indent
        for word in text.split(separator: " ") {
            if folded.isEmpty {
                folded += word
            } else if column + 1 + word.utf8.count > lineLength {
                folded += "\r\n \(word)"
                column = 0
            } else {
                folded += " \(word)"
            }
            column += 1 + word.utf8.count
        }
        return folded
    }

    /// Encoded words, each of whole characters and one on a line, no line over 76 characters (RFC 2047, 2).
    private static func words(_ text: String, indent: Int) -> String {
        var chunks: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            let column = chunks.count == 1 ? indent : 1
            if chunks[chunks.count - 1].count + bytes.count > capacity(from: column) { chunks.append([]) }
            chunks[chunks.count - 1] += bytes
        }
        return chunks.map { "=?UTF-8?B?\(Base64.encode($0))?=" }.joined(separator: "\r\n ")
    }

    /// How many bytes an encoded word that begins in a column holds: four characters for three bytes, beside its twelve.
    private static func capacity(from column: Int) -> Int {
        max(1, (min(75, lineLength - column) - 12) / 4) * 3
    }
}
