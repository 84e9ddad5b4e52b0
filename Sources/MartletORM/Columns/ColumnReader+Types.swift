public import Foundation

// What a driver without types of its own for these reads from text, as SQLite does.

extension ColumnReader {
    /// The column's time; text in the form SQLite stores counts too.
    public func timestamp(at position: Int) -> Date? {
        if case .timestamp(let date) = value(at: position) { return date }
        return text(at: position).flatMap(TimestampText.date(from:))
    }

    /// The column's identifier; text counts too.
    public func uuid(at position: Int) -> UUID? { text(at: position).flatMap(UUID.init(uuidString:)) }

    /// The column's elements; text with a JSON array counts too.
    public func array(at position: Int) -> [SQLValue]? {
        switch value(at: position) {
        case .array(let values): values
        case .text(let text): SQLValue.elements(ofJSON: text)
        default: nil
        }
    }
}
