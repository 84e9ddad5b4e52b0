import Foundation

/// ISO 8601 dates as Python's `isoformat()` writes them: microseconds, and an offset with a colon.
///
/// A text without offset is UTC, as in Celery with `enable_utc`.
enum ISODate {
    /// The text of a date in UTC, such as `2026-11-23T17:52:11.256395+00:00`.
    ///
    /// Dates before year 1 and after year 9999, which the format cannot write, become the first and the last one.
    static func text(of date: Date) -> String {
        let total = date.microseconds
        let (seconds, micros) = total.flooredDivision(by: 1_000_000)
        let (days, ofDay) = seconds.flooredDivision(by: 86_400)
        let (year, month, day) = civil(fromDays: days)
        // Each stored result has one, so it is written byte by byte: putting texts together takes ten times as long.
        return String(unsafeUninitializedCapacity: 32) { text in
            var end = 0
            func append(_ character: Unicode.Scalar) {
                text[end] = UInt8(ascii: character)
                end += 1
            }
            func append(_ number: Int, _ width: Int) {
                var rest = number
                for place in stride(from: end + width - 1, through: end, by: -1) {
                    text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                end += width
            }
            append(year, 4)
            append("-")
            append(month, 2)
            append("-")
            append(day, 2)
            append("T")
            append(ofDay / 3600, 2)
            append(":")
            append(ofDay / 60 % 60, 2)
            append(":")
            append(ofDay % 60, 2)
            if micros > 0 {
                append(".")
                append(micros, 6)
            }
            for character in "+00:00".unicodeScalars { append(character) }
            return end
        }
    }

    /// The date a text means, or `nil` when it is none.
    static func date(from text: String) -> Date? {
        var scanner = Scanner(Array(text.utf8))
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = days(fromCivil: year, month, day)
        if scanner.isAtEnd { return Date(timeIntervalSince1970: Double(days) * 86_400) }
        guard scanner.skip("T") || scanner.skip(" "), let hour = scanner.digits(2), scanner.skip(":"),
            let minute = scanner.digits(2), hour < 24, minute < 60
        else { return nil }
        var seconds = days * 86_400 + hour * 3600 + minute * 60
        var fraction = 0.0
        if scanner.skip(":") {
            guard let second = scanner.digits(2), second <= 60 else { return nil }
            seconds += second
            if scanner.skip(".") || scanner.skip(",") {
                guard let value = scanner.fraction() else { return nil }
                fraction = value
            }
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        return Date(timeIntervalSince1970: Double(seconds - offset) + fraction)
    }

    /// The seconds since 1970 of the years 1 to 9999, which Python's `datetime` knows.
    static let range = -62_135_596_800.0...253_402_300_799.0

    /// Howard Hinnant's days-from-civil algorithm for the proleptic Gregorian calendar.
    private static func days(fromCivil year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let (era, ofEra) = year.flooredDivision(by: 400)
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func civil(fromDays days: Int) -> (Int, Int, Int) {
        let (era, ofEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * ofYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Date {
    /// Microseconds since 1970, as dates are stored; dates out of the years 1 to 9999 become the first or the last one.
    package var microseconds: Int {
        let seconds = min(ISODate.range.upperBound, max(ISODate.range.lowerBound, timeIntervalSince1970))
        return Int((seconds * 1_000_000).rounded())
    }
}

extension Int {
    fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private struct Scanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func digit() -> Int? {
        guard index < bytes.count, (0x30...0x39).contains(bytes[index]) else { return nil }
        defer { index += 1 }
        return Int(bytes[index] - 0x30)
    }

    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func fraction() -> Double? {
        guard var value = digit().map(Double.init) else { return nil }
        var scale = 10.0
        while let digit = digit() {
            // What is finer than a microsecond is dropped, as by Python's fromisoformat().
            guard scale < 1e6 else { continue }
            value = value * 10 + Double(digit)
            scale *= 10
        }
        return value / scale
    }

    /// Seconds east of UTC; nothing and `Z` are UTC.
    mutating func offset() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = digits(2) else { return nil }
        _ = skip(":")
        guard let minutes = isAtEnd ? 0 : digits(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
