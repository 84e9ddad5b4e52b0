/// A moment as a wall clock shows it: a date and the second of the day, without a time zone.
///
/// Written and encoded as `2025-01-31T09:30:00`.
public struct CivilDateTime: Hashable, Comparable, Sendable {
    /// The day.
    public let date: CivilDate
    /// Seconds since midnight, 0 to 86 399.
    public let secondOfDay: Int

    /// Makes the moment, or nil if the second is not in a day.
    public init?(date: CivilDate, secondOfDay: Int) {
        guard (0..<86_400).contains(secondOfDay) else { return nil }
        self.date = date
        self.secondOfDay = secondOfDay
    }

    /// Makes midnight at the begin of a day.
    public init(startOf date: CivilDate) {
        self.date = date
        self.secondOfDay = 0
    }

    /// Reads `2025-01-31T09:30:00` (or with a space), and throws ``StudioKitError`` of code `date` for anything else.
    public init(_ text: String) throws {
        guard let moment = CivilDateTime.parse(text) else {
            throw StudioKitError(.date, "'\(text)' is not a moment; write it as 2025-01-31T09:30:00")
        }
        self = moment
    }

    /// The time of day as `09:30:00`.
    public var time: String {
        "\(padded(secondOfDay / 3600)):\(padded(secondOfDay / 60 % 60)):\(padded(secondOfDay % 60))"
    }

    /// Seconds on the wall clock from `earlier` to this moment; negative if `earlier` is later.
    public func seconds(since earlier: CivilDateTime) -> Int {
        (date.daysSinceEpoch - earlier.date.daysSinceEpoch) * 86_400 + secondOfDay - earlier.secondOfDay
    }

    /// Orders moments by time.
    public static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
        (left.date, left.secondOfDay) < (right.date, right.secondOfDay)
    }
}

extension CivilDateTime: CustomStringConvertible {
    /// The moment as `2025-01-31T09:30:00`.
    public var description: String { "\(date)T\(time)" }
}

extension CivilDateTime: Codable {
    /// Reads the moment from a string as `2025-01-31T09:30:00`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let moment = CivilDateTime.parse(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a moment")
        }
        self = moment
    }

    /// Writes the moment as a string like `2025-01-31T09:30:00`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension CivilDateTime {
    static func parse(_ text: String) -> CivilDateTime? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        guard parts.count == 2, case .success(let date) = CivilDate.parse(String(parts[0])),
            case .success(let second) = parseTime(String(parts[1]))
        else { return nil }
        return CivilDateTime(date: date, secondOfDay: second)
    }

    /// Why a text is not a time of day.
    enum TimeFailure: Error { case format, impossible }

    /// Reads `09:30:00` into seconds since midnight.
    static func parseTime(_ text: String) -> Result<Int, TimeFailure> {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = digits(parts[0]), let minute = digits(parts[1]), let second = digits(parts[2])
        else { return .failure(.format) }
        guard hour < 24, minute < 60, second < 60 else { return .failure(.impossible) }
        return .success(hour * 3600 + minute * 60 + second)
    }
}
