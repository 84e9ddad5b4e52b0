import Foundation
import MartletORM

/// The text by which PostgreSQL reads a value.
enum PostgresText {
    static func append(_ value: SQLValue, to bytes: inout [UInt8]) throws(ORMError) {
        switch value {
        case .null: bytes += "NULL".utf8
        case .integer(let number): bytes += String(number).utf8
        case .real(let number): bytes += real(number).utf8
        case .text(let text): try append(text, to: &bytes)
        case .timestamp(let date): bytes += try timestamp(date).utf8
        case .blob(let blob): appendHex(blob, to: &bytes)
        case .array(let values): try append(values, to: &bytes)
        }
    }

    private static func real(_ number: Double) -> String {
        if number.isFinite { return String(number) }
        return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) throws(ORMError) {
        let start = bytes.count
        bytes += text.utf8
        guard !bytes[start...].contains(0) else {
            throw ORMError(
                .invalidValue,
                "A text with a zero byte cannot be stored by PostgreSQL: \(text.debugDescription.prefix(80)). "
                    + "Remove it, or store Data.")
        }
    }

    private static func appendHex(_ blob: [UInt8], to bytes: inout [UInt8]) {
        bytes += "\\x".utf8
        let digits = Array("0123456789abcdef".utf8)
        for byte in blob {
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }

    /// An array such as `{1,2,NULL}` or `{"a","b \" c"}`.
    private static func append(_ values: [SQLValue], to bytes: inout [UInt8]) throws(ORMError) {
        bytes.append(UInt8(ascii: "{"))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            try appendElement(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The array of a column's values in some rows.
    static func append(_ column: Int, of rows: ArraySlice<[SQLValue]>, to bytes: inout [UInt8]) throws(ORMError) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for row in rows {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            try appendElement(row[column], to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// A value as it stands in an array.
    private static func appendElement(_ value: SQLValue, to bytes: inout [UInt8]) throws(ORMError) {
        switch value {
        case .null, .integer, .real, .array: try append(value, to: &bytes)
        case .text, .timestamp, .blob: try appendQuoted(value, to: &bytes)
        }
    }

    private static func appendQuoted(_ value: SQLValue, to bytes: inout [UInt8]) throws(ORMError) {
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.count
        try append(value, to: &bytes)
        let isPlain = !bytes[start...].contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
        if isPlain { return bytes.append(UInt8(ascii: "\"")) }
        let text = Array(bytes[start...])
        bytes.removeSubrange(start...)
        for byte in text {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A time of any year PostgreSQL has, with its zone, which is UTC: `0044-03-15 12:00:00.000000+00 BC`.
    static func timestamp(_ date: Date) throws(ORMError) -> String {
        let seconds = date.timeIntervalSince1970
        if seconds.isInfinite { return seconds < 0 ? "-infinity" : "infinity" }
        // Beyond what any PostgreSQL timestamp can be, and what 64 bits of microseconds hold.
        guard abs(seconds) < 9.2e12 else {
            throw ORMError(.invalidValue, "A date of \(seconds) seconds from 1970 is none that PostgreSQL can store.")
        }
        let text = TimestampText.extended(from: date)
        return text.isBeforeChrist ? "\(text.text)+00 BC" : "\(text.text)+00"
    }
}
