import MartletORM

/// Days, times of the day and intervals as text, as PostgreSQL's ISO styles write them.
enum CalendarText {
    /// A day counted from 2000-01-01.
    static func date(_ days: Int32) -> String {
        if days == .max { return "infinity" }
        if days == .min { return "-infinity" }
        let text = TimestampText.day(Int64(days) + 10_957)
        return text.isBeforeChrist ? text.text + " BC" : text.text
    }

    /// A time of the day, `12:30:00` or with six decimals.
    static func time(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        let fraction = microseconds % 1_000_000
        let text = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return fraction == 0 ? text : text + "." + padded(fraction, 6)
    }

    /// ISO 8601 with months, days and seconds, none of which turns into another: `P14M3DT-1.5S`.
    static func interval(months: Int32, days: Int32, microseconds: Int64) -> String {
        var text = "P"
        if months != 0 { text += "\(months)M" }
        if days != 0 { text += "\(days)D" }
        if microseconds != 0 || text == "P" { text += "T\(seconds(microseconds))S" }
        return text
    }

    private static func seconds(_ microseconds: Int64) -> String {
        let magnitude = microseconds.magnitude
        let fraction = magnitude % 1_000_000
        let sign = microseconds < 0 ? "-" : ""
        let whole = "\(sign)\(magnitude / 1_000_000)"
        guard fraction != 0 else { return whole }
        var digits = padded(Int64(fraction), 6)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    private static func two(_ number: Int64) -> String { padded(number, 2) }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
