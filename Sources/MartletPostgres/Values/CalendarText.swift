import MartletORM

/// Days, times of the day and intervals as text, as `CalendarDate` and its like read them.
enum CalendarText {
    /// The days from 1970-01-01 to 2000-01-01, from where PostgreSQL counts.
    static let daysBefore2000: Int64 = 10_957

    /// A day counted from 2000-01-01.
    static func date(_ days: Int32) -> String {
        if days == .max { return "infinity" }
        if days == .min { return "-infinity" }
        let text = TimestampText.day(Int64(days) + daysBefore2000)
        return text.isBeforeChrist ? text.text + " BC" : text.text
    }

    /// A time of the day.
    static func time(_ microseconds: Int64) -> String? { TimeOfDay(microseconds: microseconds)?.description }

    /// ISO 8601 with months, days and seconds, none of which turns into another: `P14M3DT-1.5S`.
    static func interval(months: Int32, days: Int32, microseconds: Int64) -> String {
        CalendarInterval(months: months, days: days, microseconds: microseconds).description
    }
}
