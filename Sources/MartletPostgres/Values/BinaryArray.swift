import MartletORM

/// An array as PostgreSQL sends and takes it in binary form, which spares both sides to write and read digits and quotes.
///
/// Five numbers of 32 bits (dimensions, whether there are nulls, the type of the elements, how many they are, the first
/// index), then each element's length and bytes: `array_recv` in PostgreSQL's `arrayfuncs.c`.
enum BinaryArray {
    /// Appends the array of a column's values in some rows; returns false, having appended nothing, where their text is as
    /// good or one of them has no such form.
    static func append(
        _ column: Int, of rows: ArraySlice<[SQLValue]>, as storage: ColumnStorage, to bytes: inout [UInt8]
    ) -> Bool {
        guard let type = elementType(of: storage) else { return false }
        let start = bytes.count
        bytes.reserveCapacity(start + rows.count * 20)
        let hasNulls = rows.contains { $0[column].isNull }
        for number in [1, hasNulls ? 1 : 0, type, Int32(rows.count), 1] { bytes.append(bigEndian: number) }
        for row in rows {
            guard append(row[column], as: storage, to: &bytes) else {
                bytes.removeSubrange(start...)
                return false
            }
        }
        return true
    }

    /// PostgreSQL's number of a type: `int8`, `float8`, `text` or `date`.
    private static func elementType(of storage: ColumnStorage) -> Int32? {
        switch storage {
        case .integer: 20
        case .real: 701
        case .text: 25
        case .date: 1082
        default: nil
        }
    }

    private static func append(_ value: SQLValue, as storage: ColumnStorage, to bytes: inout [UInt8]) -> Bool {
        switch (value, storage) {
        case (.null, _): bytes.append(bigEndian: Int32(-1))
        case (.integer(let number), .integer): bytes.appendElement(number)
        case (.real(let number), .real): bytes.appendElement(number.bitPattern)
        case (.text(let text), .text): return bytes.appendElement(text)
        case (.text(let text), .date):
            guard let day = day(text) else { return false }
            bytes.appendElement(day)
        default: return false
        }
        return true
    }

    /// The number of a day from 2000-01-01, if its year has four digits.
    private static func day(_ text: String) -> Int32? {
        guard text.utf8.count == 10 else { return nil }
        var text = text
        let date = text.withUTF8 { CalendarDate(utf8: UnsafeRawBufferPointer($0)) }
        guard let date, (1...9999).contains(date.year) else { return nil }
        return Int32(date.days - CalendarText.daysBefore2000)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func appendElement(_ number: some FixedWidthInteger) {
        append(bigEndian: Int32(number.bitWidth / 8))
        append(bigEndian: number)
    }

    /// False for a text with a zero byte, which PostgreSQL has not.
    fileprivate mutating func appendElement(_ text: String) -> Bool {
        append(bigEndian: Int32(truncatingIfNeeded: text.utf8.count))
        let start = count
        append(contentsOf: text.utf8)
        return !self[start...].contains(0)
    }
}
