import FoundationEssentials

/// Encodes bytes as base64 (RFC 2045, 6.8).
enum Base64 {
    /// Encodes on one line.
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// Encodes on lines of 76 characters, each with its line end.
    static func lines(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 57)
            .map { encode(Array(bytes[$0..<min($0 + 57, bytes.count)])) + "\r\n" }
            .joined()
    }
}
