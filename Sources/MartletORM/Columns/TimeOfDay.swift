/// A time of the day without a date or a zone: when a shop opens.
public struct TimeOfDay: Sendable, Hashable {
    /// Microseconds since midnight, up to 24 hours.
    public let microseconds: Int64

    /// Makes a time from microseconds since midnight; `nil` when that is negative or beyond 24 hours.
    public init?(microseconds: Int64) {
        guard (0...86_400_000_000).contains(microseconds) else { return nil }
        self.microseconds = microseconds
    }

    /// Makes a time from its parts; `nil` when there is none such.
    public init?(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0) {
        guard (0...24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
            (0..<1_000_000).contains(microsecond)
        else { return nil }
        self.init(microseconds: Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(microsecond))
    }

    /// Reads `12:30`, `12:30:00` or that with up to six decimals; `nil` when that is no time.
    public init?(_ text: String) {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        let isDigits = { (text: Substring) in
            !text.isEmpty && text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        }
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 && isDigits($0) }),
            let hour = Int(parts[0]),
            let minute = Int(parts[1]), let second = Int(parts.count > 2 ? parts[2] : "0")
        else { return nil }
        var microsecond = 0
        if halves.count > 1 {
            guard parts.count == 3, halves[1].count <= 6, isDigits(halves[1]), let digits = Int(halves[1]) else {
                return nil
            }
            microsecond = (halves[1].count..<6).reduce(digits) { number, _ in number * 10 }
        }
        self.init(hour: hour, minute: minute, second: second, microsecond: microsecond)
    }
}

extension TimeOfDay: Comparable {
    /// Whether the first time comes before the second.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.microseconds < right.microseconds }
}

extension TimeOfDay: CustomStringConvertible {
    /// `12:30:00.000000`.
    public var description: String {
        func digits(_ number: Int64, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let seconds = microseconds / 1_000_000
        return "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
            + ".\(digits(microseconds % 1_000_000, 6))"
    }
}

extension TimeOfDay: ComparableColumnValue {
    /// Stored as a time of the day, on SQLite as text that sorts.
    public static var storage: ColumnStorage { .time }
    /// The time as text.
    public var sqlValue: SQLValue { .text(description) }

    /// Reads a time of the day.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let text = row.text(at: position), let time = TimeOfDay(text) else {
            throw row.mismatch(at: position, expected: TimeOfDay.self)
        }
        self = time
    }
}

extension TimeOfDay: Codable {
    /// Reads the text of ``description``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = TimeOfDay(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no time of day.")
        }
        self = time
    }

    /// Writes the text of ``description``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
