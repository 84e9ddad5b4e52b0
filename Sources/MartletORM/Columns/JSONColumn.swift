import Foundation

/// A value kept in one column as a JSON document.
///
/// ```swift
/// var settings: JSONColumn<Settings>
/// invoice.settings = try JSONColumn(Settings(color: "red"))
/// ```
///
/// PostgreSQL stores it as `jsonb`, SQLite as text.
public struct JSONColumn<Value: Codable & Sendable>: Sendable {
    /// The value.
    public let value: Value
    /// The document, its keys in alphabetical order.
    public let json: String

    /// Encodes a value.
    ///
    /// - Throws: `EncodingError` when JSON has no form for it, such as an infinite number.
    public init(_ value: Value) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.value = value
        json = String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension JSONColumn: Equatable where Value: Equatable {
    /// Whether two values are equal, whatever their documents.
    public static func == (left: JSONColumn, right: JSONColumn) -> Bool { left.value == right.value }
}

extension JSONColumn: Hashable where Value: Hashable {
    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension JSONColumn: Encodable {
    /// Writes the value itself.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

extension JSONColumn: ColumnValue {
    /// Stored as a JSON document, on SQLite as text.
    public static var storage: ColumnStorage { .json }
    /// The document.
    public var sqlValue: SQLValue { .text(json) }

    /// Reads a document.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let text = row.text(at: position) else { throw row.mismatch(at: position, expected: Self.self) }
        do {
            value = try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            var problem = row.mismatch(at: position, expected: Self.self)
            problem.cause = error
            throw problem
        }
        json = text
    }
}
