public import Foundation

/// Reads the columns of one row by position; a driver supplies it, a ``RowDecoder`` uses it.
///
/// Positions start at 0 and are always below ``columnCount``. Each typed function returns `nil` when the column holds
/// another type than asked for; the caller turns that into an error with the column's name and value.
public protocol ColumnReader {
    /// The number of columns of the row.
    var columnCount: Int { get }
    /// The name of the column at a position.
    func name(at position: Int) -> String
    /// The column's value, whatever its type.
    func value(at position: Int) -> SQLValue
    /// Whether the column holds `NULL`.
    func isNull(at position: Int) -> Bool
    /// The column's whole number.
    func integer(at position: Int) -> Int64?
    /// The column's number; a whole number counts too.
    func real(at position: Int) -> Double?
    /// The column's text.
    func text(at position: Int) -> String?
    /// The column's bytes.
    func blob(at position: Int) -> [UInt8]?
    /// The column's time.
    func timestamp(at position: Int) -> Date?
    /// The column's day.
    func day(at position: Int) -> CalendarDate?
    /// The column's identifier.
    func uuid(at position: Int) -> UUID?
    /// The elements of the column's array.
    func array(at position: Int) -> [SQLValue]?
}

extension ColumnReader {
    /// Whether the column holds `NULL`.
    public func isNull(at position: Int) -> Bool { value(at: position).isNull }

    /// The column's whole number.
    public func integer(at position: Int) -> Int64? {
        if case .integer(let value) = value(at: position) { value } else { nil }
    }

    /// The column's number; a whole number counts too.
    public func real(at position: Int) -> Double? {
        switch value(at: position) {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// The column's text; a time counts too.
    public func text(at position: Int) -> String? {
        switch value(at: position) {
        case .text(let value): value
        case .timestamp(let date): TimestampText.string(from: date)
        default: nil
        }
    }

    /// The column's bytes.
    public func blob(at position: Int) -> [UInt8]? {
        if case .blob(let value) = value(at: position) { value } else { nil }
    }

    /// The column's day; text in its form counts.
    public func day(at position: Int) -> CalendarDate? { text(at: position).flatMap(CalendarDate.init(_:)) }

    /// The error for a column that cannot be read as `type`.
    @usableFromInline
    func mismatch(at position: Int, expected type: Any.Type) -> ORMError {
        ORMError(
            .decoding,
            "Column \"\(name(at: position))\" holds \(value(at: position)), which is not a valid \(type). "
                + "Change the property's type, or mend the row.",
            columns: [name(at: position)])
    }
}
