/// A span of months, days and time, which only a calendar turns into seconds: "every month", "within 14 days".
///
/// The three parts stay apart, as in PostgreSQL: a month is not a number of days, and a day is not always 24 hours.
public struct CalendarInterval: Sendable, Hashable {
    /// Months; 12 are a year.
    public var months: Int32
    /// Days.
    public var days: Int32
    /// Microseconds.
    public var microseconds: Int64

    /// Makes a span from its parts, each of which may be negative.
    public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        (self.months, self.days, self.microseconds) = (months, days, microseconds)
    }

    /// Reads ISO 8601, `P1Y2M3DT4H5M6.5S`, each number with a sign of its own; `nil` when it is none or too large.
    public init?(_ text: String) {
        self.init()
        guard text.first == "P", text.count > 2 else { return nil }
        var isTime = false
        var number = ""
        for character in text.dropFirst() {
            switch character {
            case "T" where !isTime && number.isEmpty: isTime = true
            case "0"..."9", "-", "+", ".": number.append(character)
            default:
                guard add(number, character, isTime) else { return nil }
                number = ""
            }
        }
        if !number.isEmpty { return nil }
    }

    private mutating func add(_ number: String, _ unit: Character, _ isTime: Bool) -> Bool {
        switch (unit, isTime) {
        case ("Y", false): Self.add(number, times: 12, to: &months)
        case ("M", false): Self.add(number, times: 1, to: &months)
        case ("W", false): Self.add(number, times: 7, to: &days)
        case ("D", false): Self.add(number, times: 1, to: &days)
        case ("H", true): Self.add(number, times: 3_600_000_000, to: &microseconds)
        case ("M", true): Self.add(number, times: 60_000_000, to: &microseconds)
        case ("S", true): addSeconds(number)
        default: false
        }
    }

    private static func add<Number: FixedWidthInteger>(_ text: String, times factor: Number, to sum: inout Number)
        -> Bool
    {
        guard let number = Number(text) else { return false }
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: factor)
        let (result, overflow) = sum.addingReportingOverflow(product)
        sum = result
        return !isTooLarge && !overflow
    }

    private mutating func addSeconds(_ text: String) -> Bool {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count > 1 else { return Self.add(text, times: 1_000_000, to: &microseconds) }
        guard halves[1].count <= 6, let digits = Int64(halves[1]), digits >= 0, !halves[1].hasPrefix("+") else {
            return false
        }
        let fraction = (halves[1].count..<6).reduce(digits) { number, _ in number * 10 }
        return Self.add(String(halves[0]), times: 1_000_000, to: &microseconds)
            && Self.add(String(text.hasPrefix("-") ? -fraction : fraction), times: 1, to: &microseconds)
    }
}

extension CalendarInterval: CustomStringConvertible {
    /// ISO 8601 in months, days, hours, minutes and seconds: `P14M3DT4H0.5S`.
    public var description: String {
        var text = "P"
        if months != 0 { text += "\(months)M" }
        if days != 0 { text += "\(days)D" }
        if microseconds == 0 { return text == "P" ? "PT0S" : text }
        let hours = microseconds / 3_600_000_000
        let minutes = microseconds / 60_000_000 % 60
        let rest = microseconds % 60_000_000
        text += "T" + (hours != 0 ? "\(hours)H" : "") + (minutes != 0 ? "\(minutes)M" : "")
        return rest != 0 ? "\(text)\(Self.seconds(rest))S" : text
    }

    private static func seconds(_ microseconds: Int64) -> String {
        let whole = "\(microseconds < 0 ? "-" : "")\(microseconds.magnitude / 1_000_000)"
        let fraction = microseconds.magnitude % 1_000_000
        guard fraction != 0 else { return whole }
        var digits = String(fraction + 1_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

extension CalendarInterval: ColumnValue {
    /// Stored as an interval, on SQLite as text.
    public static var storage: ColumnStorage { .interval }
    /// The span as text.
    public var sqlValue: SQLValue { .text(description) }

    /// Reads a span.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let text = row.text(at: position), let interval = CalendarInterval(text) else {
            throw row.mismatch(at: position, expected: CalendarInterval.self)
        }
        self = interval
    }
}

extension CalendarInterval: Codable {
    /// Reads the text of ``description``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let interval = CalendarInterval(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no interval.")
        }
        self = interval
    }

    /// Writes the text of ``description``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
