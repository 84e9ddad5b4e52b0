import Foundation
import MartletORM
import Testing

@Suite struct CalendarTypesTests {
    @Test(arguments: [
        ("2026-03-31", 2026, 3, 31), ("0001-01-01", 1, 1, 1), ("0001-12-31 BC", 0, 12, 31),
        ("0044-03-15 BC", -43, 3, 15),
        ("12026-02-28", 12026, 2, 28), ("2000-02-29", 2000, 2, 29),
    ])
    func readsAndWritesDays(text: String, year: Int, month: Int, day: Int) throws {
        let date = try #require(CalendarDate(text))
        #expect((date.year, date.month, date.day) == (year, month, day))
        #expect(date.description == text)
        #expect(try JSONDecoder().decode([CalendarDate].self, from: JSONEncoder().encode([date])) == [date])
    }

    @Test(arguments: [
        "", "2026-3-1", "2026-02-29", "2026-13-01", "2026-00-01", "26-01-01", "2026-01-01 12:00", "+226-01-01",
        "infinity",
    ])
    func refusesWhatIsNoDay(text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test func sortsDaysAndTimes() throws {
        let days = try ["0044-03-15 BC", "2025-12-31", "2026-01-01", "2026-02-01"].map {
            try #require(CalendarDate($0))
        }
        #expect(days.reversed().sorted() == days)
        let times = try ["00:00", "09:30", "23:59:59.5", "24:00"].map { try #require(TimeOfDay($0)) }
        #expect(times.reversed().sorted() == times)
    }

    @Test(arguments: [
        ("09:30", "09:30:00.000000"), ("23:59:59.000001", "23:59:59.000001"), ("24:00:00", "24:00:00.000000"),
    ])
    func readsAndWritesTimes(text: String, written: String) throws {
        let time = try #require(TimeOfDay(text))
        #expect(time.description == written)
        #expect(TimeOfDay(written) == time)
        #expect(try JSONDecoder().decode([TimeOfDay].self, from: JSONEncoder().encode([time])) == [time])
    }

    @Test(arguments: [
        "", "9:30", "24:00:01", "12:60", "12:00:60", "12", "12:00.5", "12:00:00.", "12:00:00.1234567", "-1:00", "12:0a",
    ])
    func refusesWhatIsNoTime(text: String) {
        #expect(TimeOfDay(text) == nil)
    }

    @Test(arguments: [
        ("PT0S", "PT0S"), ("P1Y2M3W4DT5H6M7.5S", "P14M25DT5H6M7.5S"), ("P-1MT-0.000001S", "P-1MT-0.000001S"),
        ("PT90S", "PT1M30S"), ("PT-3601S", "PT-1H-1S"), ("P2147483647M-2147483648D", "P2147483647M-2147483648D"),
    ])
    func readsAndWritesIntervals(text: String, written: String) throws {
        let interval = try #require(CalendarInterval(text))
        #expect(interval.description == written)
        #expect(CalendarInterval(written) == interval)
        #expect(try JSONDecoder().decode([CalendarInterval].self, from: JSONEncoder().encode([interval])) == [interval])
    }

    @Test(arguments: [
        "", "P", "1D", "PD", "P1", "P1H", "PT1D", "P1.5D", "PT1.1234567S", "P2147483648M", "P178956971Y", "PT1.-5S",
        "P1X",
    ])
    func refusesWhatIsNoInterval(text: String) {
        #expect(CalendarInterval(text) == nil)
    }

    @Test func keepsTheLimitsOfIntervals() {
        for microseconds in [Int64.min, .max] {
            let interval = CalendarInterval(months: .min, days: .max, microseconds: microseconds)
            #expect(CalendarInterval(interval.description) == interval)
        }
    }

    @Test func refusesADocumentThatJSONCannotHold() {
        #expect(throws: EncodingError.self) { try JSONColumn([Double.infinity]) }
    }

    @Test func encodesADocumentAsItsValue() throws {
        let column = try JSONColumn(["b": 1, "a": 2])
        #expect(column.json == #"{"a":2,"b":1}"#)
        #expect(try JSONDecoder().decode([String: Int].self, from: JSONEncoder().encode(column)) == column.value)
    }
}
