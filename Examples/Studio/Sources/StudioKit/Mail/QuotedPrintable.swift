/// Encodes text as quoted-printable (RFC 2045, 6.7): readable where it is ASCII, lines of at most 76 characters.
enum QuotedPrintable {
    /// Encodes a text; its line ends, whether LF, CR or CRLF, become CRLF.
    static func encode(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
            .map { encodeLine(Array($0.utf8)) }
            .joined(separator: "\r\n")
    }

    private static func encodeLine(_ bytes: [UInt8]) -> String {
        var encoded = ""
        var column = 0
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let piece = self.piece(byte, isLast: isLast)
            if column + piece.utf8.count > (isLast ? 76 : 75) {
                encoded += "=\r\n"
                column = 0
            }
            encoded += piece
            column += piece.utf8.count
        }
        return encoded
    }

    private static func piece(_ byte: UInt8, isLast: Bool) -> String {
        switch byte {
        case UInt8(ascii: "="): "=3D"
        case UInt8(ascii: " "), UInt8(ascii: "\t"): isLast ? "=" + hexadecimal(byte) : String(Unicode.Scalar(byte))
        case 33...126: String(Unicode.Scalar(byte))
        default: "=" + hexadecimal(byte)
        }
    }

    /// Two capital digits.
    static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
