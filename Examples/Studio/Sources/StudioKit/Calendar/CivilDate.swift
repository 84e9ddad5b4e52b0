/// A day of the Gregorian calendar, kept as it is written on paper and without a time zone.
///
/// Written and encoded as `2025-01-31` (ISO 8601).
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Year, 1 to 9999.
    public let year: Int
    /// Month, 1 to 12.
    public let month: Int
    /// Day of the month, from 1.
    public let day: Int

    /// Makes the date, or nil if the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        guard day >= 1, day <= CivilDate.days(inMonth: month, of: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `2025-01-31`, and throws ``StudioKitError`` of code `date` for anything else.
    public init(_ text: String) throws {
        switch CivilDate.parse(text) {
        case .success(let date): self = date
        case .failure(let reason): throw StudioKitError(.date, "'\(text)' \(reason.explanation)")
        }
    }

    /// Number of days since 1970-01-01; negative before.
    public var daysSinceEpoch: Int {
        let past = year - 1
        let beforeYear = past * 365 + past / 4 - past / 100 + past / 400
        let beforeMonth = (1..<month).reduce(0) { $0 + CivilDate.days(inMonth: $1, of: year) }
        return beforeYear + beforeMonth + day - 1 - 719_162
    }

    /// The day so many days later, or earlier where they are negative; never outside of the years 1 to 9999.
    public func adding(days: Int) -> CivilDate {
        // Counted from March 1 of the year 0, so that the leap day is the last of its year.
        let count = min(max(daysSinceEpoch + days, -719_162), 2_932_896) + 719_468
        let (era, dayOfEra) = count.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return CivilDate(
            year: era * 400 + yearOfEra + (isNextYear ? 1 : 0), month: isNextYear ? month - 9 : month + 3,
            day: dayOfYear - (153 * month + 2) / 5 + 1) ?? self
    }

    /// Day of the week, 0 for Monday to 6 for Sunday.
    public var weekday: Int { ((daysSinceEpoch + 3) % 7 + 7) % 7 }

    /// The month the day lies in, as `2025-01`.
    public var yearMonth: String { String(description.prefix(7)) }

    /// The last day of the month the day lies in.
    public var endOfMonth: CivilDate {
        CivilDate(year: year, month: month, day: CivilDate.days(inMonth: month, of: year)) ?? self
    }

    /// Number of days in a month, or 0 if `month` is not 1 to 12.
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 1, 3, 5, 7, 8, 10, 12: 31
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 0
        }
    }

    /// Orders days by time.
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension CivilDate: CustomStringConvertible {
    /// The date as `2025-01-31`.
    public var description: String { "\(padded(year, to: 4))-\(padded(month))-\(padded(day))" }
}

extension CivilDate: Codable {
    /// Reads the date from a string as `2025-01-31`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard case .success(let date) = CivilDate.parse(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a date")
        }
        self = date
    }

    /// Writes the date as a string like `2025-01-31`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension CivilDate {
    /// Why a text is not a date.
    enum ParseFailure: Error {
        case format
        case impossible

        var explanation: String {
            switch self {
            case .format: "is not a date; write it as YYYY-MM-DD, like 2025-01-31"
            case .impossible: "is not in the calendar; check month and day"
            }
        }
    }

    static func parse(_ text: String) -> Result<CivilDate, ParseFailure> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2])
        else { return .failure(.format) }
        return CivilDate(year: year, month: month, day: day).map { .success($0) } ?? .failure(.impossible)
    }
}
