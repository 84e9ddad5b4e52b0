import Foundation

/// Reads MessagePack from bytes that may come from anybody.
///
/// Nothing is made room for that has not arrived: a length is only believed when so many bytes follow.
struct MessagePackReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: JSONParser.Limits
    private var index = 0
    private var depth = 0

    /// The one value that is all of the bytes.
    static func value(of bytes: [UInt8], within limits: JSONParser.Limits) throws(TaskError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw TaskError(
                .messageTooLarge,
                "MessagePack of \(bytes.count) bytes is over the limit of \(limits.bytes); send a reference instead")
        }
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, TaskError> in
            var reader = MessagePackReader(bytes: buffer, limits: limits)
            do throws(TaskError) { return .success(try reader.document()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONParser.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func document() throws(TaskError) -> JSONValue {
        let value = try value()
        guard index == bytes.count else { throw failure("\(bytes.count - index) bytes too many after the value") }
        return value
    }

    private mutating func value() throws(TaskError) -> JSONValue {
        let kind = try byte()
        switch kind {
        case 0x00...0x7F: return .integer(Int(kind))
        case 0x80...0x8F: return try map(Int(kind & 0x0F))
        case 0x90...0x9F: return try array(Int(kind & 0x0F))
        case 0xA0...0xBF: return .string(try text(Int(kind & 0x1F)))
        case 0xC0: return .null
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xC4...0xC6: return TaggedValue.encode(Data(try take(count(kind - 0xC4))))
        case 0xCA: return .double(Double(Float(bitPattern: try number())))
        case 0xCB: return .double(Double(bitPattern: try number()))
        case 0xCC...0xCF: return try unsigned(kind - 0xCC)
        case 0xD0...0xD3: return try signed(kind - 0xD0)
        case 0xD9...0xDB: return .string(try text(count(kind - 0xD9)))
        case 0xDC...0xDD: return try array(count(kind - 0xDB))
        case 0xDE...0xDF: return try map(count(kind - 0xDD))
        case 0xE0...0xFF: return .integer(Int(Int8(bitPattern: kind)))
        case 0xC7...0xC9, 0xD4...0xD8:
            throw failure("an extension type, which no message of a task has; send text or numbers", at: index - 1)
        default: throw failure("byte 0x\(String(kind, radix: 16)), which MessagePack does not use", at: index - 1)
        }
    }

    private mutating func array(_ count: Int) throws(TaskError) -> JSONValue {
        try enter(count)
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        for _ in 0..<count { elements.append(try value()) }
        return .array(elements)
    }

    private mutating func map(_ count: Int) throws(TaskError) -> JSONValue {
        try enter(count)
        defer { depth -= 1 }
        var members: [String: JSONValue] = [:]
        for _ in 0..<count {
            let place = index
            let key = try value()
            guard let name = key.stringValue else {
                throw failure("a key that is \(key.kind) (\(key.excerpt)); keys must be text", at: place)
            }
            members[name] = try value()
        }
        return .object(members)
    }

    /// Goes one level deeper, where each element takes a byte at least.
    private mutating func enter(_ count: Int) throws(TaskError) {
        guard depth < limits.depth else { throw failure("nested deeper than \(limits.depth) levels") }
        guard count <= bytes.count - index else {
            throw failure("\(count) elements are announced, but \(bytes.count - index) bytes follow")
        }
        depth += 1
    }

    private mutating func text(_ count: Int) throws(TaskError) -> String {
        let place = index
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw failure("a text that is not UTF-8", at: place)
        }
        return text
    }
}

// MARK: - Numbers

extension MessagePackReader {
    /// A length of 1, 2 or 4 bytes, by its place among the three kinds.
    private mutating func count(_ size: UInt8) throws(TaskError) -> Int {
        switch size {
        case 0: Int(try byte())
        case 1: Int(try number() as UInt16)
        default: Int(try number() as UInt32)
        }
    }

    private mutating func unsigned(_ size: UInt8) throws(TaskError) -> JSONValue {
        guard size == 3 else { return .integer(try count(size)) }
        let value = try number() as UInt64
        return Int(exactly: value).map(JSONValue.integer) ?? .double(Double(value))
    }

    private mutating func signed(_ size: UInt8) throws(TaskError) -> JSONValue {
        switch size {
        case 0: .integer(Int(try number() as Int8))
        case 1: .integer(Int(try number() as Int16))
        case 2: .integer(Int(try number() as Int32))
        default: .integer(Int(try number() as Int64))
        }
    }

    private mutating func number<Number: FixedWidthInteger>() throws(TaskError) -> Number {
        let bytes = try take(MemoryLayout<Number>.size)
        return Number(bigEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(as: Number.self))
    }

    private mutating func byte() throws(TaskError) -> UInt8 {
        guard index < bytes.count else { throw failure("the bytes end where a value is expected") }
        index += 1
        return bytes[index - 1]
    }

    private mutating func take(_ count: Int) throws(TaskError) -> UnsafeBufferPointer<UInt8> {
        guard count <= bytes.count - index else {
            throw failure("\(count) bytes are announced, but \(bytes.count - index) follow")
        }
        index += count
        return UnsafeBufferPointer(rebasing: bytes[(index - count)..<index])
    }

    private func failure(_ what: String, at place: Int? = nil) -> TaskError {
        TaskError(.malformedMessage, "MessagePack: \(what), at byte \(place ?? index) of \(bytes.count)")
    }
}
