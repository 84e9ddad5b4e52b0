import Foundation
import Testing

@testable import MartletORM

@Suite struct TimestampTextTests {
    @Test(arguments: [
        (0.0, "1970-01-01 00:00:00.000000"), (1_772_323_200.5, "2026-03-01 00:00:00.500000"),
        (951_782_400, "2000-02-29 00:00:00.000000"), (-1, "1969-12-31 23:59:59.000000"),
        (-2_203_891_200, "1900-03-01 00:00:00.000000"), (253_402_300_799, "9999-12-31 23:59:59.000000"),
    ])
    func writesAndReads(seconds: Double, text: String) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(TimestampText.string(from: date) == text)
        #expect(TimestampText.date(from: text) == date)
    }

    @Test(arguments: [
        "2026-03-01", "2026-03-01 00:00:00", "2026-03-01T00:00:00Z", "2026-03-01 00:00:00.0", "2026-03-01 00:00:00.000000000",
    ])
    func readsOtherForms(text: String) {
        #expect(TimestampText.date(from: text) == Date(timeIntervalSince1970: 1_772_323_200))
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "2026-04-31", "2026-03-01 24:00:00", "2026-03-01 10:60:00",
        "2026-03-01 10:00:60", "2026-03-01 10:00", "2026-03-01 10:00:00.", "2026-03-01 10:00:00+01:00", "March 1",
        "2026-03-01 10:00:00.1234567890",
    ])
    func refusesWhatIsNoTime(text: String) {
        #expect(TimestampText.date(from: text) == nil)
    }

    @Test func agreesWithTheCalendarForFourCenturies() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for day in stride(from: 0, through: 146_097, by: 97) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let text = TimestampText.string(from: date).prefix(10).split(separator: "-").compactMap { Int($0) }
            #expect(text == [parts.year, parts.month, parts.day])
            #expect(TimestampText.date(from: TimestampText.string(from: date)) == date)
        }
    }

    @Test func keepsMicroseconds() {
        for microsecond in stride(from: 1, to: 1_000_000, by: 9_973) {
            let date = Date(timeIntervalSince1970: (1_772_323_200_000_000 + Double(microsecond)) / 1_000_000)
            #expect(TimestampText.date(from: TimestampText.string(from: date)) == date)
        }
    }
}
