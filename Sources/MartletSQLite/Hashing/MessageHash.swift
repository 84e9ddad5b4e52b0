/// A hash function that takes a message in blocks of sixteen words: MD5, SHA-1 and those of SHA-2.
///
/// They are here since no package that Martlet uses for SQLite has them, and swift-crypto has no SHA-224. They are for
/// what a database's are for, to compare and to anonymise texts; not to keep secrets.
protocol MessageHash {
    associatedtype Word: FixedWidthInteger & UnsignedInteger
    /// Whether the first byte of a word is its lowest.
    static var isLittleEndian: Bool { get }
    /// What is left of the blocks so far.
    var state: [Word] { get }
    /// How many words of the last state are the hash.
    var resultCount: Int { get }
    /// Mixes sixteen words into the state.
    mutating func take(_ block: [Word])
}

extension MessageHash {
    /// The hash of a message, in hexadecimal digits with small letters.
    func hexDigits(of message: [UInt8]) -> String {
        var hash = self
        let bytes = Self.padded(message)
        for start in stride(from: 0, to: bytes.count, by: 16 * Self.wordSize) {
            hash.take(Self.block(of: bytes, start))
        }
        return hash.state.prefix(resultCount).map { word in
            let digits = String(Self.isLittleEndian ? word.byteSwapped : word, radix: 16)
            return String(repeating: "0", count: 2 * Self.wordSize - digits.count) + digits
        }.joined()
    }

    private static var wordSize: Int { Word.bitWidth / 8 }

    /// The message with a bit behind it, and its length in bits, of two words, at the end of the last block.
    private static func padded(_ message: [UInt8]) -> [UInt8] {
        var bytes = message
        bytes.append(0x80)
        let beyond = (bytes.count + 2 * wordSize) % (16 * wordSize)
        let missing = beyond == 0 ? 0 : 16 * wordSize - beyond
        // The length itself needs eight bytes.
        bytes.append(contentsOf: repeatElement(0, count: missing + 2 * wordSize - 8))
        let length = UInt64(message.count) * 8
        let shifts = stride(from: UInt64(0), through: 56, by: 8).map { isLittleEndian ? $0 : 56 - $0 }
        bytes.append(contentsOf: shifts.map { UInt8(truncatingIfNeeded: length >> $0) })
        return bytes
    }

    private static func block(of bytes: [UInt8], _ start: Int) -> [Word] {
        (0..<16).map { index in
            let first = start + index * wordSize
            let word = bytes[first..<first + wordSize].reduce(0) { $0 << 8 | Word($1) }
            return isLittleEndian ? word.byteSwapped : word
        }
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// The bits moved to the right, those that fall out put in front.
    func rotated(_ count: Int) -> Self { self >> count | self << (Self.bitWidth - count) }
}
