import Foundation

/// Kombu's tagged objects: how Celery writes dates, UUIDs, decimals and bytes in JSON.
///
/// Only an object with exactly the two keys `__type__` and `__value__` is one (kombu `utils/json.py`).
enum TaggedValue {
    static func object(_ type: String, _ value: JSONValue) -> JSONValue {
        .object(["__type__": .string(type), "__value__": value])
    }

    /// The type and value of a tagged object, or `nil` for anything else.
    static func parts(of value: JSONValue) -> (type: String, value: JSONValue)? {
        guard case .object(let members) = value, members.count == 2,
            let type = members["__type__"]?.stringValue, let inner = members["__value__"]
        else { return nil }
        return (type, inner)
    }

    static func encode(_ date: Date) -> JSONValue { object("datetime", .string(ISODate.text(of: date))) }
    static func encode(_ uuid: UUID) -> JSONValue {
        let digits = uuid.uuidString.lowercased().filter { $0 != "-" }
        return object("uuid", ["hex": .string(digits)])
    }
    static func encode(_ decimal: Decimal) -> JSONValue { object("decimal", .string(decimal.description)) }

    /// UTF-8 text as `bytes`, anything else as `base64`, as kombu does.
    static func encode(_ data: Data) -> JSONValue {
        if let text = String(validating: data, as: UTF8.self) { return object("bytes", .string(text)) }
        return object("base64", .string(data.base64EncodedString()))
    }

    /// The bytes a tagged object stands for, or `nil` for anything else.
    static func bytes(of value: JSONValue) -> Data? {
        guard let parts = parts(of: value), parts.type == "bytes" || parts.type == "base64" else { return nil }
        return data(from: value)
    }

    static func date(from value: JSONValue) -> Date? {
        if let parts = parts(of: value) {
            return parts.type == "datetime" || parts.type == "date" ? date(from: parts.value) : nil
        }
        switch value {
        case .string(let text): return ISODate.date(from: text)
        case .integer(let seconds): return Date(timeIntervalSince1970: Double(seconds))
        case .double(let seconds): return Date(timeIntervalSince1970: seconds)
        default: return nil
        }
    }

    static func uuid(from value: JSONValue) -> UUID? {
        if let parts = parts(of: value) {
            return parts.type == "uuid" ? parts.value["hex"]?.stringValue.flatMap(uuid(fromText:)) : nil
        }
        return value.stringValue.flatMap(uuid(fromText:))
    }

    private static func uuid(fromText text: String) -> UUID? {
        if let uuid = UUID(uuidString: text) { return uuid }
        guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var dashed = text
        for offset in [20, 16, 12, 8] { dashed.insert("-", at: dashed.index(dashed.startIndex, offsetBy: offset)) }
        return UUID(uuidString: dashed)
    }

    static func decimal(from value: JSONValue) -> Decimal? {
        if let parts = parts(of: value) { return parts.type == "decimal" ? decimal(from: parts.value) : nil }
        switch value {
        case .string(let text): return Decimal(string: text)
        case .integer(let number): return Decimal(number)
        case .double(let number): return Decimal(string: "\(number)")
        default: return nil
        }
    }

    static func data(from value: JSONValue) -> Data? {
        if let parts = parts(of: value) {
            switch parts.type {
            case "bytes": return parts.value.stringValue.map { Data($0.utf8) }
            case "base64": return parts.value.stringValue.flatMap { Data(base64Encoded: $0) }
            default: return nil
            }
        }
        return value.stringValue.flatMap { Data(base64Encoded: $0) }
    }

    static func url(from value: JSONValue) -> URL? { value.stringValue.flatMap { URL(string: $0) } }
}
