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

    @Test func `knows its month`() throws {
        let date = try CivilDate("2024-02-10")
        #expect(date.yearMonth == "2024-02")
        #expect(date.endOfMonth == (try CivilDate("2024-02-29")))
        #expect(date < date.endOfMonth)
    }
}
