package import Foundation

/// The text of a time: `2026-03-01 12:30:00.000000`, proleptic Gregorian, UTC.
///
/// Dates are on the way of every row, and a `DateFormatter` is a hundred times slower than counting days.
package enum TimestampText {
    private static let secondsPerDay: Int64 = 86_400

    /// The text; years 0 to 9999 is what four digits can hold, and a time beyond becomes the nearest within.
    package static func string(from date: Date) -> String {
        let range = -62_167_219_200_000_000.0...253_402_300_799_999_968.0
        let exact = (date.timeIntervalSince1970 * 1_000_000).rounded()
        let microseconds = exact.isNaN ? 0 : min(max(exact, range.lowerBound), range.upperBound)
        return text(Int64(microseconds), year: { $0 })
    }

    /// The text for any year; those before the first count as PostgreSQL has them, 1 BC before 1.
    ///
    /// - Precondition: The date is less than 290 000 years from 1970.
    package static func extended(from date: Date) -> (text: String, isBeforeChrist: Bool) {
        let microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
        let isBeforeChrist = microseconds < -62_135_596_800_000_000
        return (text(microseconds) { isBeforeChrist ? 1 - $0 : $0 }, isBeforeChrist)
    }

    /// The text of a day counted from 1970-01-01, for any year as ``extended(from:)`` has it.
    package static func day(_ days: Int64) -> (text: String, isBeforeChrist: Bool) {
        let isBeforeChrist = days < -719_162
        var digits: [UInt8] = []
        appendDay(days, year: { isBeforeChrist ? 1 - $0 : $0 }, to: &digits)
        return (String(decoding: digits, as: UTF8.self), isBeforeChrist)
    }

    private static func text(_ microseconds: Int64, year: (Int64) -> Int64) -> String {
        let (seconds, fraction) = floorDivide(microseconds, 1_000_000)
        let (days, time) = floorDivide(seconds, secondsPerDay)
        var digits: [UInt8] = []
        digits.reserveCapacity(26)
        appendDay(days, year: year, to: &digits)
        digits.append(UInt8(ascii: " "))
        append(time / 3600, width: 2, to: &digits, followedBy: UInt8(ascii: ":"))
        append(time / 60 % 60, width: 2, to: &digits, followedBy: UInt8(ascii: ":"))
        append(time % 60, width: 2, to: &digits, followedBy: UInt8(ascii: "."))
        append(fraction, width: 6, to: &digits, followedBy: nil)
        return String(decoding: digits, as: UTF8.self)
    }

    private static func appendDay(_ days: Int64, year: (Int64) -> Int64, to digits: inout [UInt8]) {
        let (civilYear, month, day) = civil(fromDays: days)
        let year = year(civilYear)
        append(year, width: max(4, String(year).utf8.count), to: &digits, followedBy: UInt8(ascii: "-"))
        append(month, width: 2, to: &digits, followedBy: UInt8(ascii: "-"))
        append(day, width: 2, to: &digits, followedBy: nil)
    }

    package static func date(from text: String) -> Date? {
        var text = text
        return text.withUTF8 { date(from: UnsafeRawBufferPointer($0)) }
    }

    /// Reads the time of a text in UTF-8.
    package static func date(from text: UnsafeRawBufferPointer) -> Date? {
        var input = text[...]
        guard let year = number(&input, width: 4), take("-", &input), let month = number(&input, width: 2),
            take("-", &input), let day = number(&input, width: 2), (1...12).contains(month),
            (1...daysIn(month: month, of: year)).contains(day)
        else { return nil }
        let midnight = days(fromYear: year, month: month, day: day) * secondsPerDay
        if input.isEmpty { return Date(timeIntervalSince1970: Double(midnight)) }
        guard take(" ", &input) || take("T", &input), let hour = number(&input, width: 2), hour < 24, take(":", &input),
            let minute = number(&input, width: 2), minute < 60, take(":", &input),
            let second = number(&input, width: 2), second < 60
        else { return nil }
        var microseconds = 0.0
        if take(".", &input) {
            guard let fraction = decimals(&input) else { return nil }
            microseconds = fraction
        }
        _ = take("Z", &input)
        guard input.isEmpty else { return nil }
        let seconds = midnight + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: (Double(seconds) * 1_000_000 + microseconds) / 1_000_000)
    }

    // Days since 1970-01-01 and back, by eras of 400 years that begin on 1 March.
    static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    static func daysIn(month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = ((value % divisor) + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    private static func append(_ value: Int64, width: Int, to digits: inout [UInt8], followedBy separator: UInt8?) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
        if let separator { digits.append(separator) }
    }

    private static func number(_ input: inout Slice<UnsafeRawBufferPointer>, width: Int) -> Int64? {
        guard input.count >= width else { return nil }
        var value: Int64 = 0
        for byte in input.prefix(width) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        input = input.dropFirst(width)
        return value
    }

    /// Reads one to nine decimals as microseconds.
    private static func decimals(_ input: inout Slice<UnsafeRawBufferPointer>) -> Double? {
        let digits = input.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...9).contains(digits.count), var value = Double(String(decoding: digits, as: UTF8.self)) else {
            return nil
        }
        for _ in digits.count..<9 { value *= 10 }
        input = input.dropFirst(digits.count)
        return value / 1000
    }

    private static func take(_ character: Unicode.Scalar, _ input: inout Slice<UnsafeRawBufferPointer>) -> Bool {
        guard input.first == UInt8(ascii: character) else { return false }
        input = input.dropFirst()
        return true
    }
}
