public import Foundation

/// A column type with a day: `Date` and ``CalendarDate``, also where nullable.
public protocol DayColumnValue: ComparableColumnValue {}

/// A column type with a time of the day: `Date` and ``TimeOfDay``, also where nullable.
public protocol ClockColumnValue: ComparableColumnValue {}

/// A column type that holds a point in time: `Date` and `Date?`.
public protocol TimeColumnValue: DayColumnValue, ClockColumnValue {}

extension Date: TimeColumnValue {}
extension CalendarDate: DayColumnValue {}
extension TimeOfDay: ClockColumnValue {}
extension Optional: DayColumnValue where Wrapped: DayColumnValue {}
extension Optional: ClockColumnValue where Wrapped: ClockColumnValue {}
extension Optional: TimeColumnValue where Wrapped: TimeColumnValue {}

/// A unit to which a time is cut.
public enum CalendarUnit: String, Sendable {
    /// The beginning of the year.
    case year
    /// The beginning of the quarter.
    case quarter
    /// The beginning of the month.
    case month
    /// The beginning of the week, its Monday.
    case week
    /// The beginning of the day.
    case day
    /// The beginning of the hour.
    case hour
    /// The beginning of the minute.
    case minute
    /// The beginning of the second.
    case second
}

// All parts are those of the time in UTC, as columns are stored.

extension SelectExpression where Value: ClockColumnValue {
    /// The hour, from 0.
    public var hour: SQLExpression<Int> { clockPart(1, "%H", "hour") }
    /// The minute, from 0.
    public var minute: SQLExpression<Int> { clockPart(4, "%M", "minute") }
    /// The second, from 0, without its parts.
    public var second: SQLExpression<Int> { clockPart(7, "%S", "second") }

    private func clockPart(_ position: Int, _ format: String, _ name: String) -> SQLExpression<Int> {
        guard Value.storage == .time else { return part(format, name) }
        // A text of its own: strftime knows no 24:00.
        let digits = "SUBSTR(" + fragment + .raw(", \(position), 2)")
        return SQLExpression(.by(sqlite: "CAST(" + digits + " AS INTEGER)", postgreSQL: postgreSQLPart(name)))
    }
}

extension SelectExpression where Value: DayColumnValue {
    /// The year.
    public var year: SQLExpression<Int> { part("%Y", "year") }
    /// The month, from 1.
    public var month: SQLExpression<Int> { part("%m", "month") }
    /// The day of the month, from 1.
    public var day: SQLExpression<Int> { part("%d", "day") }
    /// The day of the year, from 1.
    public var dayOfYear: SQLExpression<Int> { part("%j", "doy") }

    /// The quarter of the year, from 1 to 4.
    public var quarter: SQLExpression<Int> { SQLExpression("((" + month.fragment + " + 2) / 3)") }

    /// The day of the week, from 1 for Sunday to 7, as Django's `week_day`.
    public var weekDay: SQLExpression<Int> { SQLExpression("(" + part("%w", "dow").fragment + " + 1)") }

    /// The day of the week by ISO 8601, from 1 for Monday to 7.
    public var isoWeekDay: SQLExpression<Int> {
        SQLExpression("((" + part("%w", "dow").fragment + " + 6) % 7 + 1)")
    }

    /// The week of the year by ISO 8601: the first has the year's first Thursday.
    public var week: SQLExpression<Int> {
        let thursday = "(CAST(strftime('%j', " + wholeSeconds + ", '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1"
        return SQLExpression(
            .by(sqlite: "(" + thursday + ")", postgreSQL: postgreSQLPart("week")))
    }

    /// The year to which the week belongs by ISO 8601.
    public var isoYear: SQLExpression<Int> {
        let thursday = "CAST(strftime('%Y', " + wholeSeconds + ", '-3 days', 'weekday 4') AS INTEGER)"
        return SQLExpression(.by(sqlite: thursday, postgreSQL: postgreSQLPart("isoyear")))
    }
}

extension SelectExpression where Value: TimeColumnValue {
    /// The time of the day: `$0.startedAt.time >= opening`.
    public var time: SQLExpression<TimeOfDay> {
        // The text's own digits: strftime would cut microseconds.
        SQLExpression(
            .by(
                sqlite: "SUBSTR(" + fragment + ", 12)",
                postgreSQL: "CAST(" + fragment + " AT TIME ZONE 'UTC' AS time)"))
    }

    /// The beginning of the unit in which the time lies: `$0.issuedOn.truncated(to: .month)`.
    public func truncated(to unit: CalendarUnit) -> SQLExpression<Value> {
        SQLExpression(
            .by(
                sqlite: unit.sqliteTruncation(of: wholeSeconds),
                postgreSQL: "date_trunc('" + .raw(unit.rawValue) + "', " + fragment + ", 'UTC')"))
    }

    /// The beginning of the day; two times are on one day when theirs are equal.
    public var date: SQLExpression<Value> { truncated(to: .day) }
}

extension CalendarUnit {
    fileprivate func sqliteTruncation(of time: SQLFragment) -> SQLFragment {
        switch self {
        case .year: Self.format("%Y-01-01 00:00:00.000000", time)
        case .quarter:
            "(strftime('%Y-', " + time + ") || SUBSTR('01040710', (strftime('%m', " + time
                + ") - 1) / 3 * 2 + 1, 2) || '-01 00:00:00.000000')"
        case .month: Self.format("%Y-%m-01 00:00:00.000000", time)
        case .week: Self.format("%Y-%m-%d 00:00:00.000000", time + ", '-6 days', 'weekday 1'")
        case .day: Self.format("%Y-%m-%d 00:00:00.000000", time)
        case .hour: Self.format("%Y-%m-%d %H:00:00.000000", time)
        case .minute: Self.format("%Y-%m-%d %H:%M:00.000000", time)
        case .second: Self.format("%Y-%m-%d %H:%M:%S.000000", time)
        }
    }

    private static func format(_ format: String, _ time: SQLFragment) -> SQLFragment {
        "strftime('" + .raw(format) + "', " + time + ")"
    }
}

extension SelectExpression {
    fileprivate func part(_ format: String, _ name: String) -> SQLExpression<Int> {
        SQLExpression(
            .by(
                sqlite: "CAST(strftime('" + .raw(format) + "', " + wholeSeconds + ") AS INTEGER)",
                postgreSQL: postgreSQLPart(name)))
    }

    /// The time without parts of a second, which newer SQLite rounds, up to the next year.
    fileprivate var wholeSeconds: SQLFragment {
        Value.storage == .timestamp ? "SUBSTR(" + fragment + ", 1, 19)" : fragment
    }

    fileprivate func postgreSQLPart(_ name: String) -> SQLFragment {
        let zone: SQLFragment = Value.storage == .timestamp ? " AT TIME ZONE 'UTC'" : ""
        return "CAST(FLOOR(EXTRACT(" + .raw(name) + " FROM " + fragment + zone + ")) AS bigint)"
    }
}

/// The moment at which the transaction runs, by the database's clock.
public let databaseNow = SQLExpression<Date>(
    .by(sqlite: "strftime('%Y-%m-%d %H:%M:%f000', 'now')", postgreSQL: "CURRENT_TIMESTAMP"))
