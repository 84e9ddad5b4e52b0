import StudioKit
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: [
        ("1970-01-01", 0, 3), ("2000-03-01", 11_017, 2), ("2025-01-01", 20_089, 2), ("2024-02-29", 19_782, 3),
        ("1969-12-31", -1, 2), ("2099-12-31", 47_481, 3), ("0001-01-01", -719_162, 0),
    ])
    func `counts days and weekdays`(text: String, days: Int, weekday: Int) throws {
        let date = try CivilDate(text)
        #expect(date.daysSinceEpoch == days)
        #expect(date.weekday == weekday)
        #expect(date.description == text)
    }

    @Test(arguments: [
        "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-01", "2025-04-31", "2025-1-1", "25-01-01", "", "2025-01-01 ",
        "２０２５-01-01",
    ])
    func `refuses days that do not exist and other formats`(text: String) {
        let error = #expect(throws: StudioKitError.self) { try CivilDate(text) }
        #expect(error?.code == .date)
    }

    @Test(arguments: [
        ("2025-01-31", 1, "2025-02-01"), ("2025-02-28", 30, "2025-03-30"), ("2024-03-01", -1, "2024-02-29"),
        ("2024-01-01", -366, "2022-12-31"), ("2024-12-31", 1, "2025-01-01"), ("2025-06-15", 0, "2025-06-15"),
        ("2025-06-15", 1_000, "2028-03-11"),
        ("0001-01-01", -1, "0001-01-01"), ("9999-12-31", 1, "9999-12-31"),
    ])
    func `adds days`(text: String, days: Int, result: String) throws {
        #expect(try CivilDate(text).adding(days: days).description == result)
    }

    @Test func `knows its month`() throws {
        let date = try CivilDate("2024-02-10")
        #expect(date.yearMonth == "2024-02")
        #expect(date.endOfMonth == (try CivilDate("2024-02-29")))
        #expect(date < date.endOfMonth)
    }
}
