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
        guard let text = row.text(at: position), let date = CalendarDate(text) else {
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
