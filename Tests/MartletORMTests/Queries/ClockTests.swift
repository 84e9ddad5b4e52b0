import Foundation
import MartletORM
import MartletTesting
import Testing

@Model("shop")
private struct Shop {
    var id: Int
    var opensAt: TimeOfDay
    var since: CalendarDate
    var lastSale: Date?
}

@Suite(.eachDatabase) struct ClockTests {
    private func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([Migration("0001", creating: [Shop.self])])
        let sale = Date(timeIntervalSince1970: 1_773_491_415.123456)  // Saturday 2026-03-14 12:30:15.123456
        try await Shop.objects.bulkCreate(
            [
                Shop(opensAt: TimeOfDay("08:30")!, since: CalendarDate("2024-12-30")!, lastSale: sale),
                Shop(opensAt: TimeOfDay("22:15:40")!, since: CalendarDate("2026-08-01")!, lastSale: nil),
            ], on: database)
        return database
    }

    @Test func comparesTimesOfTheDay() async throws {
        let database = try await filled()
        let noon = try #require(TimeOfDay("12:00"))
        let after = Shop.objects.filter { $0.lastSale.time >= noon }
        #expect(try after.sql().text.hasSuffix(#"WHERE SUBSTR(t0."last_sale", 12) >= ?"#))
        #expect(
            try after.sql(for: .postgreSQL).text.hasSuffix(
                #"WHERE CAST(t0."last_sale" AT TIME ZONE 'UTC' AS time) >= $1"#))
        #expect(try await after.all(on: database).map(\.id) == [1])
        let times = try await Shop.objects.order(by: \.id).values(on: database) { $0.lastSale.time.optional }
        #expect(times == [TimeOfDay("12:30:15.123456"), nil])
    }

    @Test func takesTimesAndDaysApart() async throws {
        let database = try await filled()
        let parts = try await Shop.objects.order(by: \.id).values(on: database) {
            ($0.opensAt.hour, $0.opensAt.minute, $0.opensAt.second, $0.since.year, $0.since.isoYear, $0.since.week)
        }
        #expect(parts[0] == (8, 30, 0, 2024, 2025, 1))
        #expect(parts[1] == (22, 15, 40, 2026, 2026, 31))
        let late = Shop.objects.filter { $0.opensAt.hour > 20 }
        #expect(
            try late.sql(for: .postgreSQL).text.hasSuffix(
                #"WHERE CAST(FLOOR(EXTRACT(hour FROM t0."opens_at")) AS bigint) > $1"#))
        #expect(try await late.all(on: database).map(\.id) == [2])
        #expect(try await Shop.objects.filter { $0.since.weekDay == 2 }.all(on: database).map(\.id) == [1])
    }

    @Test(arguments: [
        (CalendarUnit.year, "2026-01-01T00:00:00Z"), (.quarter, "2026-01-01T00:00:00Z"),
        (.month, "2026-03-01T00:00:00Z"), (.week, "2026-03-09T00:00:00Z"), (.day, "2026-03-14T00:00:00Z"),
        (.hour, "2026-03-14T12:00:00Z"), (.minute, "2026-03-14T12:30:00Z"), (.second, "2026-03-14T12:30:15Z"),
    ])
    func truncates(to unit: CalendarUnit, expected: String) async throws {
        let database = try await filled()
        let times = try await Shop.objects.order(by: \.id).values(on: database) { $0.lastSale.truncated(to: unit) }
        #expect(times.map { $0?.ISO8601Format() } == [expected, nil])
    }

    @Test(arguments: [("2026-12-31", "2026-10-01"), ("2026-04-01", "2026-04-01"), ("2026-09-30", "2026-07-01")])
    func truncatesToTheQuarter(_ day: String, expected: String) async throws {
        let database = try await filled()
        try await database.execute("UPDATE shop SET last_sale = \(day + " 10:00:00.000000") WHERE id = 1")
        let quarter = try await Shop.objects.filter { $0.id == 1 }.values(on: database) {
            $0.lastSale.truncated(to: .quarter)
        }
        #expect(quarter[0]?.ISO8601Format() == expected + "T00:00:00Z")
    }
}
