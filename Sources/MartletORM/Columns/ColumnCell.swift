public import Foundation

/// One column of the present row, where the driver found it: a number as it is, text and bytes in the database's memory.
///
/// A driver fills one for each column before it decodes a row, so that reading a column is a load and no call.
@usableFromInline
package struct ColumnCell {
    @usableFromInline
    enum Kind: UInt8 {
        case null, integer, real, text, blob
        /// What the driver's own ``ColumnReader`` must tell.
        case other
    }

    @usableFromInline let kind: Kind
    /// A number, the bits of a floating point number, or the count of bytes.
    @usableFromInline let bits: Int64
    @usableFromInline let start: UnsafeRawPointer?

    @inlinable
    init(_ kind: Kind, _ bits: Int64 = 0, _ start: UnsafeRawPointer? = nil) {
        self.kind = kind
        self.bits = bits
        self.start = start
    }

    /// `NULL`.
    @inlinable package static var null: ColumnCell { ColumnCell(.null) }
    /// A value of a type that has no form here.
    @inlinable package static var other: ColumnCell { ColumnCell(.other) }
    /// A whole number.
    @inlinable package static func integer(_ value: Int64) -> ColumnCell { ColumnCell(.integer, value) }
    /// A floating point number.
    @inlinable package static func real(_ value: Double) -> ColumnCell {
        ColumnCell(.real, Int64(bitPattern: value.bitPattern))
    }
    /// A text in UTF-8, which stays where it is until the row is decoded.
    @inlinable package static func text(_ start: UnsafeRawPointer?, _ count: Int) -> ColumnCell {
        ColumnCell(.text, Int64(count), start)
    }
    /// Bytes, which stay where they are until the row is decoded.
    @inlinable package static func blob(_ start: UnsafeRawPointer?, _ count: Int) -> ColumnCell {
        ColumnCell(.blob, Int64(count), start)
    }

    @inlinable var real: Double { Double(bitPattern: UInt64(bitPattern: bits)) }
    @inlinable var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: Int(bits)) }
}

/// The columns of a row: the driver's cells, and its reader for what these do not tell.
///
/// It keeps neither of them alive, so that it can be handed on for each column at no cost: the ``RowDecoder`` does.
@usableFromInline
struct CellReader: ColumnReader {
    @usableFromInline let cells: UnsafeBufferPointer<ColumnCell>
    @usableFromInline unowned(unsafe) let rest: DriverReader

    init(_ cells: UnsafeBufferPointer<ColumnCell>, _ rest: DriverReader) {
        self.cells = cells
        self.rest = rest
    }

    @usableFromInline var reader: any ColumnReader { rest.reader }
    @usableFromInline var columnCount: Int { reader.columnCount }
    @usableFromInline func name(at position: Int) -> String { reader.name(at: position) }
    @usableFromInline func value(at position: Int) -> SQLValue { reader.value(at: position) }
    @usableFromInline func uuid(at position: Int) -> UUID? { reader.uuid(at: position) }
    @usableFromInline func array(at position: Int) -> [SQLValue]? { reader.array(at: position) }

    /// The cell of a column; without one, the driver's reader is asked.
    @inlinable
    func cell(at position: Int) -> ColumnCell { position < cells.count ? cells[position] : .other }

    @inlinable
    func isNull(at position: Int) -> Bool {
        let cell = cell(at: position)
        return cell.kind == .null || (cell.kind == .other && reader.isNull(at: position))
    }

    @inlinable
    func integer(at position: Int) -> Int64? {
        let cell = cell(at: position)
        if cell.kind == .integer { return cell.bits }
        return cell.kind == .other ? reader.integer(at: position) : nil
    }

    @inlinable
    func real(at position: Int) -> Double? {
        let cell = cell(at: position)
        switch cell.kind {
        case .real: return cell.real
        case .integer: return Double(cell.bits)
        case .other: return reader.real(at: position)
        case .null, .text, .blob: return nil
        }
    }

    @inlinable
    func text(at position: Int) -> String? {
        let cell = cell(at: position)
        if cell.kind == .text { return String(decoding: cell.bytes, as: UTF8.self) }
        return cell.kind == .other ? reader.text(at: position) : nil
    }

    @usableFromInline
    func blob(at position: Int) -> [UInt8]? {
        let cell = cell(at: position)
        if cell.kind == .blob { return Array(cell.bytes) }
        return cell.kind == .other ? reader.blob(at: position) : nil
    }

    @usableFromInline
    func timestamp(at position: Int) -> Date? {
        let cell = cell(at: position)
        if cell.kind == .text { return TimestampText.date(from: cell.bytes) }
        return cell.kind == .other ? reader.timestamp(at: position) : nil
    }

    @usableFromInline
    func day(at position: Int) -> CalendarDate? {
        let cell = cell(at: position)
        if cell.kind == .text { return CalendarDate(utf8: cell.bytes) }
        return cell.kind == .other ? reader.day(at: position) : nil
    }
}

/// Holds a driver's reader.
@usableFromInline
final class DriverReader {
    let reader: any ColumnReader

    init(_ reader: any ColumnReader) {
        self.reader = reader
    }
}
