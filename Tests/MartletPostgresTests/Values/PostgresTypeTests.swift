import Foundation
import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresTypeTests {
    @Test(
        arguments: [
            ("true", SQLValue.integer(1)), ("1::int2", .integer(1)), ("(-1)::int4", .integer(-1)),
            ("1.5::float4", .real(1.5)),
            ("'Infinity'::float8", .real(.infinity)), ("'x'::varchar(5)", .text("x")), ("'x'::char(3)", .text("x  ")),
            ("'x'::name", .text("x")), ("1.50::numeric", .text("1.50")), ("'NaN'::numeric", .text("NaN")),
            ("'-Infinity'::numeric", .text("-Infinity")), ("'\\xff00'::bytea", .blob([255, 0])),
            ("'{\"a\": 1}'::jsonb", .text("{\"a\": 1}")), ("'{\"a\":1}'::json", .text("{\"a\":1}")),
            ("'44-03-15 BC'::date", .text("0044-03-15 BC")), ("'5874897-12-31'::date", .text("5874897-12-31")),
            ("'infinity'::date", .text("infinity")), ("'24:00'::time", .text("24:00:00.000000")),
            ("'1 year 2 mons -3 days 04:05:06.5'::interval", .text("P14M-3DT4H5M6.5S")),
            ("'0'::interval", .text("PT0S")),
            ("'2026-03-01 12:00+02'::timestamptz", .timestamp(Date(timeIntervalSince1970: 1_772_359_200))),
            ("'2026-03-01 12:00'::timestamp", .timestamp(Date(timeIntervalSince1970: 1_772_366_400))),
            ("'infinity'::timestamptz", .timestamp(Date(timeIntervalSince1970: .infinity))),
            ("'9A0EEBC9-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid", .text("9a0eebc9-9c0b-4ef8-bb6d-6bb9bd380a11")),
            ("'{}'::int[]", .array([])), ("'{1,NULL}'::int[]", .array([.integer(1), .null])),
            (
                "'{{1,2},{3,4}}'::int8[]",
                .array([.array([.integer(1), .integer(2)]), .array([.integer(3), .integer(4)])])
            ),
            ("'{a,\"b c\"}'::text[]", .array([.text("a"), .text("b c")])),
            ("'{1.5}'::numeric[]", .array([.text("1.5")])),
            ("NULL::int", .null), ("'pg_class'::regclass::oid > 0", .integer(1)), ("pg_sleep_for('0')", .null),
            ("'sad'::mood", .text("sad")), ("'{sad,happy}'::mood[]", .array([.text("sad"), .text("happy")])),
            ("1::positive", .integer(1)),
        ] as [(String, SQLValue)])
    func readsEveryType(expression: String, value: SQLValue) async throws {
        let database = try await Self.database()
        #expect(try await database.rows("SELECT \(raw: expression) AS v")[0].values == [value])
        try await database.close()
    }

    @Test func storesNativeEnumerations() async throws {
        let database = try await Self.database()
        try await database.execute("CREATE TABLE person (id int PRIMARY KEY, mood mood, moods mood[])")
        try await database.execute("INSERT INTO person VALUES (1, \("sad"), \(["happy", "sad"]))")
        let row = try await database.rows("SELECT mood, moods FROM person WHERE mood = \("sad")")[0]
        #expect(try row.value("mood", as: String.self) == "sad")
        #expect(try row.value("moods", as: [String].self) == ["happy", "sad"])
        let error = await #expect(throws: ORMError.self) {
            try await database.execute("UPDATE person SET mood = \("bored")")
        }
        #expect(error?.code == .invalidValue)
        try await database.close()
    }

    @Test func keepsTimesOfEveryCentury() async throws {
        let database = try await Self.database()
        let seconds = [-210_866_803_200.0, -62_198_755_200, -62_135_596_801, 253_402_300_800, 9_000_000_000_000]
        for date in (seconds + [.infinity, -.infinity]).map(Date.init(timeIntervalSince1970:)) {
            let row = try await database.rows("SELECT \(date)::timestamptz AS t, \([date])::timestamptz[] AS ts")[0]
            #expect(try row.value("t", as: Date.self) == date)
            #expect(try row.value("ts", as: [Date].self) == [date])
        }
        let error = await #expect(throws: ORMError.self) {
            try await database.rows("SELECT \(Date(timeIntervalSince1970: 9_210_000_000_000))::timestamptz")
        }
        #expect(error?.code == .invalidValue)
        try await database.close()
    }

    @Test func keepsNumericsOfAThousandDigits() async throws {
        let database = try await Self.database()
        let digits = "-" + String(repeating: "1234567890", count: 50) + "." + String(repeating: "0000500000", count: 50)
        let row = try await database.rows("SELECT \(digits)::numeric AS n")[0]
        #expect(try row.value("n", as: String.self) == digits)
        #expect(throws: ORMError.self) { try row.value("n", as: Decimal.self) }
        try await database.close()
    }

    @Test(arguments: [
        "P14M-3DT4H5M6.5S", "P2147483647M2147483647DT2562047788H54.775807S", "PT-0.000001S",
        "P-1M-1DT-2562047788H-54.775808S", "P1Y2M3W4DT5H6M7S",
    ])
    func keepsIntervalsPartByPart(text: String) async throws {
        let database = try await Self.database()
        let interval = try #require(CalendarInterval(text))
        let row = try await database.rows("SELECT \(interval)::interval AS i")[0]
        #expect(try row.value("i", as: CalendarInterval.self) == interval)
        try await database.close()
    }

    @Test func saysWhatToDoWithATypeItDoesNotRead() async throws {
        let database = try await Self.database()
        let row = try await database.rows("SELECT '127.0.0.1'::inet AS host, '127.0.0.1'::inet::text AS shown")[0]
        let error = #expect(throws: ORMError.self) { try row.value("host", as: Int.self) }
        #expect(error?.message.contains("host::text") == true)
        #expect(try row.value("shown", as: String.self) == "127.0.0.1/32")
        try await database.close()
    }

    @Test func asksForDocumentsByTheirOperators() async throws {
        let database = try await Self.database()
        let document = "{\"a\": [1, 2]}"
        let found = try await database.rows("SELECT \(document)::jsonb ?? \("a") AS x, \(document)::jsonb -> 'a' AS y")[
            0]
        #expect(found.values == [.integer(1), .text("[1, 2]")])
        #expect(try await database.rows("SELECT '{\"a\": 1}'::jsonb ? 'a' AS x")[0].values == [.integer(1)])
        try await database.close()
    }

    private static func database() async throws -> Database {
        try PostgresDatabase.open(try await TypesOfItsOwn.instance.url())
    }
}

/// One database with types for all tests of the suite.
private actor TypesOfItsOwn {
    static let instance = TypesOfItsOwn()
    private var making: Task<String, any Error>?

    func url() async throws -> String {
        let task = making ?? Task { try await Self.make() }
        making = task
        return try await task.value
    }

    private static func make() async throws -> String {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url)
        try await database.execute("CREATE TYPE mood AS ENUM ('sad', 'happy')")
        try await database.execute("CREATE DOMAIN positive AS int CHECK (VALUE > 0)")
        try await database.close()
        return url
    }
}
