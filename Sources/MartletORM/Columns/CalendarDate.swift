/// A day of the calendar without a time: a birthday, a due date.
///
/// ```swift
/// let due = CalendarDate("2026-03-31")
/// ```
///
/// The calendar is the Gregorian one, also before 1582. On SQLite it is text that sorts from year 1 to 9999.
public struct CalendarDate: Sendable, Hashable {
    /// The year; 0 is the year before 1, which historians call 1 BC.
    public let year: Int
    /// The month, from 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Makes a day; `nil` when there is none such, or its year has more than seven digits.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), abs(year) < 10_000_000,
            (1...Int(TimestampText.daysIn(month: Int64(month), of: Int64(year)))).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Reads `2026-03-31`, `12026-03-31` or `0044-03-15 BC`; `nil` when that is no day.
    public init?(_ text: String) {
        let isBeforeChrist = text.hasSuffix(" BC")
        let parts = text.dropLast(isBeforeChrist ? 3 : 0).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, (4...7).contains(parts[0].count), parts[1].count == 2, parts[2].count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: isBeforeChrist ? 1 - year : year, month: month, day: day)
    }
}

extension CalendarDate {
    /// The day so many days after 1970-01-01.
    package init?(days: Int64) {
        let (year, month, day) = TimestampText.civil(fromDays: days)
        self.init(year: Int(year), month: Int(month), day: Int(day))
    }

    /// The number of days from 1970-01-01.
    package var days: Int64 { TimestampText.days(fromYear: Int64(year), month: Int64(month), day: Int64(day)) }

    /// Reads the text of a day; `2026-03-31`, which nearly all are, without a string.
    package init?(utf8 text: UnsafeRawBufferPointer) {
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else {
            self.init(String(decoding: text, as: UTF8.self))
            return
        }
        func number(_ digits: Range<Int>) -> Int? {
            var value = 0
            for position in digits {
                let digit = text[position] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value * 10 + Int(digit)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

extension CalendarDate: Comparable {
    /// Whether the first day comes before the second.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension CalendarDate: CustomStringConvertible {
    /// `2026-03-31`, or `0044-03-15 BC` before the year 1.
    public var description: String {
        let isBeforeChrist = year < 1
        let digits = String(isBeforeChrist ? 1 - year : year)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(padded)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)\(isBeforeChrist ? " BC" : "")"
    }
}

extension CalendarDate: ComparableColumnValue {
    /// Stored as a day, on SQLite as text.
    public static var storage: ColumnStorage { .date }
    /// The day as text.
    public var sqlValue: SQLValue { .text(description) }

    /// Reads a day.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let date = row.day(at: position) else {
            throw row.mismatch(at: position, expected: CalendarDate.self)
        }
        self = date
    }
}

extension CalendarDate: Codable {
    /// Reads the text of ``description``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = CalendarDate(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no day.")
        }
        self = date
    }

    /// Writes the text of ``description``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
