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

    let bytes: UnsafeBufferPointer<UInt8>
    let limits: Limits
    var index = 0
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

    mutating func literal(_ text: StaticString, _ value: JSONValue) throws(TaskError) -> JSONValue {
        guard matches(text) else { throw failure("expected \(text)") }
        index += text.utf8CodeUnitCount
        return value
    }

    func matches(_ text: StaticString) -> Bool {
        let (start, count) = (text.utf8Start, text.utf8CodeUnitCount)
        guard bytes.count - index >= count else { return false }
        var offset = 0
        while offset < count, bytes[index + offset] == start[offset] { offset += 1 }
        return offset == count
    }

    mutating func next(is character: Unicode.Scalar) -> Bool {
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

    func failure(_ what: String, at offset: Int? = nil) -> TaskError {
        TaskError(.malformedJSON, "\(what), at byte \(offset ?? index) of \(bytes.count)")
    }
}
