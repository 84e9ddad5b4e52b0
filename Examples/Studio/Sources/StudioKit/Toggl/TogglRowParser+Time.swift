extension TogglRowParser {
    /// Reads a date column and a time column into one moment.
    func moment(_ dateColumn: TogglColumn, _ timeColumn: TogglColumn) throws(TogglRowError) -> CivilDateTime {
        let date = try date(dateColumn)
        switch CivilDateTime.parseTime(value(timeColumn)) {
        case .success(let second):
            guard let moment = CivilDateTime(date: date, secondOfDay: second) else { fallthrough }
            return moment
        case .failure(.impossible):
            throw error(.timeImpossible, timeColumn, "is on no clock; hours go to 23, minutes and seconds to 59")
        case .failure(.format):
            throw error(.timeFormat, timeColumn, "is not a time; write it as HH:MM:SS, like 09:30:00")
        }
    }

    private func date(_ column: TogglColumn) throws(TogglRowError) -> CivilDate {
        switch CivilDate.parse(value(column)) {
        case .success(let date):
            guard (2000...2099).contains(date.year) else {
                throw error(.dateRange, column, "lies outside the years 2000 to 2099; correct the year")
            }
            return date
        case .failure(.impossible):
            throw error(.dateImpossible, column, CivilDate.ParseFailure.impossible.explanation)
        case .failure(.format):
            throw error(.dateFormat, column, CivilDate.ParseFailure.format.explanation)
        }
    }

    /// Reads the duration and holds it against start and end.
    func duration(from start: CivilDateTime, to end: CivilDateTime) throws(TogglRowError) -> Int {
        guard start <= end else {
            throw error(.endBeforeStart, .endTime, "the end \(end) is before the start \(start); exchange them")
        }
        let seconds = try duration()
        let span = end.seconds(since: start)
        guard abs(seconds - span) <= 1 else {
            throw error(
                .durationMismatch,
                .duration,
                "is \(seconds) s, but from \(start) to \(end) are \(span) s; correct one of them"
            )
        }
        return seconds
    }

    private func duration() throws(TogglRowError) -> Int {
        let text = value(.duration)
        let parts = text.drop { $0 == "-" }.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, (1...4).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            parts[2].utf8.count == 2, let hours = digits(parts[0]), let minutes = digits(parts[1]),
            let seconds = digits(parts[2])
        else { throw error(.durationFormat, .duration, "is not a duration; write it as H:MM:SS, like 1:30:00") }
        guard !text.hasPrefix("-") else { throw error(.durationNegative, .duration, "is negative; time only adds") }
        guard minutes < 60, seconds < 60 else {
            throw error(.durationImpossible, .duration, "has more than 59 minutes or seconds; carry them over")
        }
        let total = hours * 3600 + minutes * 60 + seconds
        guard total <= 86_400 else {
            throw error(.durationTooLong, .duration, "is more than 24 hours; a timer was left running, split the entry")
        }
        return total
    }
}
