public import Foundation

/// One value as a database stores it: what a column holds and what a statement binds.
public enum SQLValue: Sendable, Hashable {
    /// The absence of a value, SQL's `NULL`.
    case null
    /// A whole number of 64 bits; booleans are stored as 0 and 1.
    case integer(Int64)
    /// A floating point number.
    case real(Double)
    /// A text.
    case text(String)
    /// Bytes.
    case blob([UInt8])
    /// A time; SQLite stores it as text, `2026-03-01 12:30:00.000000`.
    case timestamp(Date)
    /// Several values; SQLite stores them as a JSON array.
    case array([SQLValue])

    /// Whether this is `NULL`.
    public var isNull: Bool { self == .null }
}

extension SQLValue: CustomStringConvertible {
    /// The value as it would be written in a message: `NULL`, `7`, `1.5`, `"text"`, `3 bytes`.
    public var description: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let value): value.count > 80 ? "\"\(value.prefix(80))…\"" : "\"\(value)\""
        case .blob(let bytes): "\(bytes.count) bytes"
        case .timestamp(let date): TimestampText.string(from: date)
        case .array(let values) where values.count > 8: "[\(Self.list(values.prefix(8))), … \(values.count) values]"
        case .array(let values): "[\(Self.list(values[...]))]"
        }
    }

    private static func list(_ values: ArraySlice<SQLValue>) -> String {
        values.map(\.description).joined(separator: ", ")
    }
}
