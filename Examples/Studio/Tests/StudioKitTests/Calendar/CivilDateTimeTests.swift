import StudioKit
import Testing

@Suite struct CivilDateTimeTests {
    @Test func `measures on the wall clock`() throws {
        let start = try CivilDateTime("2025-12-31T23:30:00")
        let end = try CivilDateTime("2026-01-01 00:15:30")
        #expect(end.seconds(since: start) == 2730)
        #expect(start.seconds(since: end) == -2730)
        #expect(start < end)
        #expect(end.description == "2026-01-01T00:15:30")
        #expect(CivilDateTime(startOf: end.date).time == "00:00:00")
    }

    @Test(arguments: ["2025-01-01", "2025-01-01T24:00:00", "2025-01-01T9:00:00", "2025-02-30T09:00:00", "T", ""])
    func `refuses what is no moment`(text: String) {
        #expect(throws: StudioKitError.self) { try CivilDateTime(text) }
    }
}
