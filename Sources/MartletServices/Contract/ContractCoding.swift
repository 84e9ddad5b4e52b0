import Foundation
import MartletTasks

/// How contract values become JSON: dates as ISO 8601 (RFC 3339) text, data as Base64, the rest as `Codable` says.
enum ContractCoding {
    static let contentType = "application/json"

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(ContractDate.text(date))
        }
        return [UInt8](try encoder.encode(value))
    }

    static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = ContractDate.date(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "'\(text)' is no ISO 8601 date such as 2026-03-01T12:00:00Z")
            }
            return date
        }
        return try decoder.decode(type, from: Data(bytes))
    }

    static func json(_ value: some Encodable) throws -> JSONValue {
        try parse(encode(value))
    }

    static func value<T: Decodable>(_ type: T.Type, from json: JSONValue) throws -> T {
        try decode(type, from: bytes(of: json))
    }

    static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        try JSONParser.parse(bytes)
    }

    static func bytes(of json: JSONValue) -> [UInt8] {
        JSONWriter.bytes(of: json)
    }
}

/// Dates as contracts write them: `2026-03-01T12:00:00Z`, with fractions of a second when there are any.
enum ContractDate {
    static func text(_ date: Date) -> String {
        let whole = date.timeIntervalSinceReferenceDate.rounded() == date.timeIntervalSinceReferenceDate
        return date.formatted(whole ? plain : fractional)
    }

    static func date(_ text: String) -> Date? {
        (try? plain.parse(text)) ?? (try? fractional.parse(text))
    }

    private static let plain = Date.ISO8601FormatStyle()
    private static let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
