/// Reads JSON text strictly (RFC 8259), within limits of size and depth.
///
/// Two things Python emits are read too: the literals `NaN`, `Infinity` and `-Infinity`, and lone surrogates in `\u`
/// escapes, which become U+FFFD.
public struct JSONParser {
    /// Bounds on what is accepted, against hostile input.
    public struct Limits: Sendable, Hashable {
        /// The largest text in bytes.
        public var bytes: Int
        /// The deepest nesting of arrays and objects.
        public var depth: Int

        /// Makes limits; by default 64 MiB and 256 levels.
        public init(bytes: Int = 64 << 20, depth: Int = 256) {
            self.bytes = bytes
            self.depth = depth
        }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: Limits
    private var index = 0
    private var depth = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>, limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads one value that is the whole of the text.
    ///
    /// - Throws: ``TaskError`` with code `malformedJSON`, naming the byte offset, or `messageTooLarge`.
    public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(TaskError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw TaskError(
                .messageTooLarge,
                "JSON text of \(bytes.count) bytes is over the limit of \(limits.bytes); send a reference instead")
        }
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, TaskError> in
            var parser = JSONParser(buffer, limits: limits)
            do throws(TaskError) { return .success(try parser.document()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Reads a text that is one object as its members in their order; `nil` when it is something else.
    ///
    /// For objects whose fields are taken out one by one (``FieldReader``): a dictionary of them would cost more than the
    /// rest of reading does. Of equal names the last one counts, as in ``parse(_:limits:)``.
    static func members(_ bytes: [UInt8], limits: Limits = Limits()) throws(TaskError) -> [JSONMember]? {
        guard bytes.count <= limits.bytes, bytes.first == UInt8(ascii: "{") else { return nil }
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<[JSONMember], TaskError> in
            var parser = JSONParser(buffer, limits: limits)
            do throws(TaskError) { return .success(try parser.documentOfMembers()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Reads one value from a string.
    public static func parse(_ text: String, limits: Limits = Limits()) throws(TaskError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }

    private mutating func document() throws(TaskError) -> JSONValue {
        let value = try value()
        try end()
        return value
    }

    private mutating func documentOfMembers() throws(TaskError) -> [JSONMember] {
        // The headers of a message have about twenty members.
        var members: [JSONMember] = []
        members.reserveCapacity(24)
        // Our own messages are sorted, so a name can be there twice only where one is not greater than the one before.
        var isSorted = true
        try eachMember { name, value in
            if let last = members.last, last.name >= name { isSorted = false }
            members.append(JSONMember(name: name, value: value))
        }
        try end()
        guard !isSorted else { return members }
        return Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            .map { JSONMember(name: $0.key, value: $0.value) }
    }

    private mutating func end() throws(TaskError) {
        skipSpace()
        guard index == bytes.count else { throw failure("unexpected text after the value") }
    }

    private mutating func value() throws(TaskError) -> JSONValue {
        skipSpace()
        guard index < bytes.count else { throw failure("the text ends where a value is expected") }
        switch bytes[index] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "N"): return try literal("NaN", .double(.nan))
        case UInt8(ascii: "I"): return try literal("Infinity", .double(.infinity))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case let byte: throw failure("unexpected byte 0x\(String(byte, radix: 16)) where a value is expected")
        }
    }

    private mutating func object() throws(TaskError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        try eachMember { name, value in
            // Most objects within a message have up to four; making room at once saves growing twice.
            if members.isEmpty { members.reserveCapacity(4) }
            members[name] = value
        }
        return .object(members)
    }

    private mutating func eachMember(_ take: (String, JSONValue) -> Void) throws(TaskError) {
        try enter()
        defer { depth -= 1 }
        if next(is: "}") { return }
        while true {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw failure("expected a name in double quotes")
            }
            let name = try string()
            guard next(is: ":") else { throw failure("expected ':' after the name \"\(name)\"") }
            take(name, try value())
            if next(is: ",") { continue }
            guard next(is: "}") else { throw failure("expected ',' or '}' in an object") }
            return
        }
    }

    private mutating func array() throws(TaskError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if next(is: "]") { return .array(elements) }
        while true {
            elements.append(try value())
            if next(is: ",") { continue }
            guard next(is: "]") else { throw failure("expected ',' or ']' in an array") }
            return .array(elements)
        }
    }

    private mutating func enter() throws(TaskError) {
        guard depth < limits.depth else { throw failure("nested deeper than \(limits.depth) levels") }
        depth += 1
        index += 1
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(TaskError) -> JSONValue {
        guard matches(text) else { throw failure("expected \(text)") }
        index += text.utf8CodeUnitCount
        return value
    }

    private func matches(_ text: StaticString) -> Bool {
        let (start, count) = (text.utf8Start, text.utf8CodeUnitCount)
        guard bytes.count - index >= count else { return false }
        var offset = 0
        while offset < count, bytes[index + offset] == start[offset] { offset += 1 }
        return offset == count
    }

    private mutating func next(is character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index] <= 0x20 {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private func failure(_ what: String, at offset: Int? = nil) -> TaskError {
        TaskError(.malformedJSON, "\(what), at byte \(offset ?? index) of \(bytes.count)")
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func number() throws(TaskError) -> JSONValue {
        let start = index
        if bytes[index] == UInt8(ascii: "-") {
            index += 1
            if matches("Infinity") { return try literal("Infinity", .double(-.infinity)) }
        }
        let firstDigit = index
        guard skipDigits() > 0 else { throw failure("expected a digit") }
        if bytes[firstDigit] == UInt8(ascii: "0"), index - firstDigit > 1 {
            throw failure("a number may not begin with a zero", at: firstDigit)
        }
        var isInteger = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            guard skipDigits() > 0 else { throw failure("expected a digit after the decimal point") }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard skipDigits() > 0 else { throw failure("expected a digit in the exponent") }
        }
        if isInteger, let integer = smallInteger(start..<index) { return .integer(integer) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let double = Double(text) else { throw failure("'\(text)' is not a number", at: start) }
        return .double(double)
    }

    /// The integer of up to 18 digits that the bytes mean, without making a text of them.
    private func smallInteger(_ range: Range<Int>) -> Int? {
        guard range.count <= 18 else { return nil }
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value = 0
        var place = isNegative ? range.lowerBound + 1 : range.lowerBound
        while place < range.upperBound {
            value = value * 10 + Int(bytes[place] - 0x30)
            place += 1
        }
        return isNegative ? -value : value
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        return index - start
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(TaskError) -> String {
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
    private func ascii(_ range: Range<Int>) -> String {
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
