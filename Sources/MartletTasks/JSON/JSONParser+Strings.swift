extension JSONParser {
    mutating func string() throws(TaskError) -> String {
        index += 1
        let start = index
        var all: UInt8 = 0
        skipPlainWords()
        // Plain comparisons: each pattern of a range or a scalar is a call in a build that is not optimised.
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        while index < bytes.count {
            let byte = bytes[index]
            if byte == quote {
                let text = all < 0x80 ? ascii(start..<index) : try utf8(start..<index)
                index += 1
                return text
            }
            if byte == backslash { return try escapedString(from: start) }
            if byte < 0x20 { throw failure("a control character in a string must be escaped") }
            all |= byte
            index += 1
        }
        throw failure("a string is not closed", at: start - 1)
    }

    /// Goes over eight bytes at a time of which none ends a string, begins an escape, is a control character or not ASCII.
    private mutating func skipPlainWords() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        while bytes.count - index >= 8 {
            let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // A byte below 128 has its highest bit set by the subtraction when it is the one looked for.
            let quote = (word ^ (ones &* 0x22)) &- ones
            let escape = (word ^ (ones &* 0x5C)) &- ones
            let control = word &- (ones &* 0x20)
            guard (word | quote | escape | control) & (ones &* 0x80) == 0 else { return }
            index += 8
        }
    }

    /// A string with escapes, gathered as bytes: growing a text by each piece would copy it every time.
    private mutating func escapedString(from start: Int) throws(TaskError) -> String {
        var text: [UInt8] = []
        var runStart = start
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        while index < bytes.count {
            let byte = bytes[index]
            if byte == quote {
                text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<index]))
                index += 1
                return try utf8(text, at: start)
            } else if byte == backslash {
                text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<index]))
                index += 1
                if let scalar = UTF8.encode(try escape()) { text.append(contentsOf: scalar) }
                runStart = index
            } else if byte < 0x20 {
                throw failure("a control character in a string must be escaped")
            } else {
                index += 1
            }
        }
        throw failure("a string is not closed", at: start - 1)
    }

    private mutating func escape() throws(TaskError) -> Unicode.Scalar {
        guard index < bytes.count else { throw failure("the text ends in an escape") }
        defer { index += 1 }
        switch bytes[index] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("unknown escape in a string")
        }
    }

    /// Reads the digits after `\u`, and the second half of a surrogate pair; leaves `index` on the last digit.
    private mutating func unicodeEscape() throws(TaskError) -> Unicode.Scalar {
        let high = try hexadecimal(at: index + 1)
        index += 4
        guard (0xD800..<0xE000).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
        guard high < 0xDC00, index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "\\"),
            bytes[index + 2] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let low = try hexadecimal(at: index + 3)
        guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
        index += 6
        return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private func hexadecimal(at start: Int) throws(TaskError) -> UInt32 {
        guard start + 4 <= bytes.count else { throw failure("the text ends in a \\u escape") }
        var value: UInt32 = 0
        for offset in start..<(start + 4) {
            guard let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else {
                throw failure("a \\u escape needs four hexadecimal digits", at: offset)
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private func utf8(_ text: [UInt8], at start: Int) throws(TaskError) -> String {
        guard let text = String(validating: text, as: UTF8.self) else {
            throw failure("a string is not valid UTF-8", at: start)
        }
        return text
    }

    /// A text known to be ASCII, as nearly all are; checking it once more would take longer than all the rest.
    func ascii(_ range: Range<Int>) -> String {
        String(unsafeUninitializedCapacity: range.count) { text in
            _ = text.initialize(from: UnsafeBufferPointer(rebasing: bytes[range]))
            return range.count
        }
    }

    private func utf8(_ range: Range<Int>) throws(TaskError) -> String {
        // Rebased, since the standard library checks a whole buffer much faster than a slice of one.
        guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
            throw failure("a string is not valid UTF-8", at: range.lowerBound)
        }
        return text
    }
}
