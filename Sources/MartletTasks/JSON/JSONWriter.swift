/// Writes JSON values as compact UTF-8 text.
///
/// NaN and the infinities are written as Python writes them (`NaN`, `Infinity`), since Celery's own workers read
/// them so.
public struct JSONWriter: Sendable {
    /// The text written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty writer with room for `capacity` bytes.
    public init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// The UTF-8 text of a value; keys of objects are sorted, so equal values give equal text.
    public static func bytes(of value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(value)
        return writer.bytes
    }

    /// The UTF-8 text of an object whose members are sorted by name.
    static func bytes(of members: [JSONMember]) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(members)
        return writer.bytes
    }

    /// The text of a value.
    public static func text(of value: JSONValue) -> String {
        String(decoding: bytes(of: value), as: UTF8.self)
    }

    /// Appends a value.
    public mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append(literal: "null")
        case .bool(let value): append(literal: value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .double(let value): write(value)
        case .string(let value): write(value)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        }
    }

    /// Appends an object whose members are sorted by name.
    mutating func write(_ members: [JSONMember]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in members {
            write(member.name, member.value, isFirst: isFirst)
            isFirst = false
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ elements: [JSONValue]) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            write(element)
            isFirst = false
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [String: JSONValue]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (name, value) in members.count > 1 ? members.sorted(by: { $0.key < $1.key }) : Array(members) {
            write(name, value, isFirst: isFirst)
            isFirst = false
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ name: String, _ value: JSONValue, isFirst: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        write(name)
        bytes.append(UInt8(ascii: ":"))
        write(value)
    }

    private mutating func write(_ value: Double) {
        if value.isNaN { return append("NaN") }
        if value.isInfinite { return append(value < 0 ? "-Infinity" : "Infinity") }
        append("\(value)")
    }

    private mutating func write(_ value: String) {
        var value = value
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        bytes.append(quote)
        value.withUTF8 { text in
            var (start, index) = (0, 0)
            while index < text.count {
                let byte = text[index]
                if byte < 0x20 || byte == quote || byte == backslash {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
                    escape(byte)
                    start = index + 1
                }
                index += 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<text.count]))
        }
        bytes.append(quote)
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append(byte < 0x10 ? "\\u000" : "\\u00")
            append(String(byte, radix: 16))
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Appends text that is JSON already.
    mutating func append(literal text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
