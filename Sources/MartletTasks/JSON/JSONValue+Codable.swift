import Foundation

extension JSONValue {
    /// Writes any encodable value as a JSON value.
    ///
    /// Dates, UUIDs, decimals and data become kombu's tagged objects (`{"__type__": "datetime", …}`), a URL its text.
    /// Optionals that are `nil` become `null`.
    ///
    /// - Throws: ``TaskError`` with code `encodingFailed`, naming the type.
    public static func encoding<Value: Encodable>(_ value: Value) throws -> JSONValue {
        if let scalar = scalar(value) { return scalar }
        do {
            return try JSONValueEncoder.encode(value, path: [])
        } catch let error as TaskError {
            throw error
        } catch {
            throw TaskError(
                .encodingFailed, "a value of type \(Value.self) cannot be written as JSON: \(error)", cause: error)
        }
    }

    /// Reads a decodable value from this JSON value; kombu's tagged objects are understood.
    ///
    /// - Throws: ``TaskError`` with code `decodingFailed`, naming the place inside the value.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        if let scalar = scalar(as: type) { return scalar }
        do {
            return try JSONValueDecoder.decode(type, from: self, path: [])
        } catch let error as DecodingError {
            throw TaskError(.decodingFailed, error.place)
        }
    }

    /// The types written without going through `Encodable`.
    static func scalar(_ value: Any) -> JSONValue? {
        switch value {
        case let value as Int: .integer(value)
        case let value as String: .string(value)
        case let value as Bool: .bool(value)
        case let value as Double: .double(value)
        case let value as JSONValue: value
        case let value as [Int]: .array(value.map(JSONValue.integer))
        case let value as [String]: .array(value.map(JSONValue.string))
        case let value as Date: TaggedValue.encode(value)
        case let value as UUID: TaggedValue.encode(value)
        case let value as Decimal: TaggedValue.encode(value)
        case let value as Data: TaggedValue.encode(value)
        case let value as URL: .string(value.absoluteString)
        default: nil
        }
    }

    /// The value of one of the types that are read without going through `Decodable`.
    func scalar<Value>(as type: Value.Type) -> Value? {
        let value: Any? =
            switch type {
            case is Int.Type: integerValue
            case is String.Type: stringValue
            case is Bool.Type: boolValue
            case is Double.Type: doubleValue
            case is JSONValue.Type: self
            case is Date.Type: TaggedValue.date(from: self)
            case is UUID.Type: TaggedValue.uuid(from: self)
            case is Decimal.Type: TaggedValue.decimal(from: self)
            case is Data.Type: TaggedValue.data(from: self)
            case is URL.Type: TaggedValue.url(from: self)
            default: nil
            }
        // Without the check a missing value would be cast to any optional type.
        guard let value else { return nil }
        return value as? Value
    }

    /// Whether ``scalar(as:)`` decides alone over values of this type.
    static func isScalar(_ type: Any.Type) -> Bool {
        type is Int.Type || type is String.Type || type is Bool.Type || type is Double.Type || type is JSONValue.Type
            || type is Date.Type || type is UUID.Type || type is Decimal.Type || type is Data.Type || type is URL.Type
    }
}

extension JSONValue: Codable {
    /// Reads any JSON value with any decoder.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value with any encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension DecodingError {
    /// What is wrong and where, in one line.
    fileprivate var place: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let path = Self.text(of: context.codingPath)
            return path.isEmpty ? context.debugDescription : "field '\(path)': \(context.debugDescription)"
        case .keyNotFound(let key, let context):
            return "field '\(Self.text(of: context.codingPath + [key]))' is missing"
        @unknown default: return "\(self)"
        }
    }

    private static func text(of path: [any CodingKey]) -> String {
        path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
    }
}
