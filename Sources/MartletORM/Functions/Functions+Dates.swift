public import Foundation

/// A column type that holds a time: `Date` and `Date?`.
public protocol TimeColumnValue: ComparableColumnValue {}

extension Date: TimeColumnValue {}
extension Optional: TimeColumnValue where Wrapped: TimeColumnValue {}

/// A unit to which a time is cut.
public enum CalendarUnit: String, Sendable {
    /// The beginning of the year.
    case year
    /// The beginning of the month.
    case month
    /// The beginning of the day.
    case day
    /// The beginning of the hour.
    case hour
    /// The beginning of the minute.
    case minute
}

// All parts are those of the time in UTC, as columns are stored.

extension SelectExpression where Value: TimeColumnValue {
    /// The year.
    public var year: SQLExpression<Int> { part("%Y", "year") }
    /// The month, from 1.
    public var month: SQLExpression<Int> { part("%m", "month") }
    /// The day of the month, from 1.
    public var day: SQLExpression<Int> { part("%d", "day") }
    /// The hour, from 0.
    public var hour: SQLExpression<Int> { part("%H", "hour") }
    /// The minute, from 0.
    public var minute: SQLExpression<Int> { part("%M", "minute") }
    /// The second, from 0, without its parts.
    public var second: SQLExpression<Int> { part("%S", "second") }
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
        let thursday = "(CAST(strftime('%j', " + fragment + ", '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1"
        return SQLExpression(
            .by(sqlite: "(" + thursday + ")", postgreSQL: postgreSQLPart("week")))
    }

    /// The year to which the week belongs by ISO 8601.
    public var isoYear: SQLExpression<Int> {
        let thursday = "CAST(strftime('%Y', " + fragment + ", '-3 days', 'weekday 4') AS INTEGER)"
        return SQLExpression(.by(sqlite: thursday, postgreSQL: postgreSQLPart("isoyear")))
    }

    /// The beginning of the unit in which the time lies: `$0.issuedOn.truncated(to: .month)`.
    public func truncated(to unit: CalendarUnit) -> SQLExpression<Value> {
        let format =
            switch unit {
            case .year: "%Y-01-01 00:00:00.000000"
            case .month: "%Y-%m-01 00:00:00.000000"
            case .day: "%Y-%m-%d 00:00:00.000000"
            case .hour: "%Y-%m-%d %H:00:00.000000"
            case .minute: "%Y-%m-%d %H:%M:00.000000"
            }
        return SQLExpression(
            .by(
                sqlite: "strftime('" + .raw(format) + "', " + fragment + ")",
                postgreSQL: "date_trunc('" + .raw(unit.rawValue) + "', " + fragment + ", 'UTC')"))
    }

    /// The beginning of the day; two times are on one day when theirs are equal.
    public var date: SQLExpression<Value> { truncated(to: .day) }

    private func part(_ format: String, _ name: String) -> SQLExpression<Int> {
        SQLExpression(
            .by(
                sqlite: "CAST(strftime('" + .raw(format) + "', " + fragment + ") AS INTEGER)",
                postgreSQL: postgreSQLPart(name)))
    }

    private func postgreSQLPart(_ name: String) -> SQLFragment {
        "CAST(FLOOR(EXTRACT(" + .raw(name) + " FROM " + fragment + " AT TIME ZONE 'UTC')) AS bigint)"
    }
}

/// The moment at which the transaction runs, by the database's clock.
public let databaseNow = SQLExpression<Date>(
    .by(sqlite: "strftime('%Y-%m-%d %H:%M:%f000', 'now')", postgreSQL: "CURRENT_TIMESTAMP"))
