import Foundation
import MartletORM
import MartletTesting
import Testing

private struct Theme: Codable {
    var name: String?
    var sizes: [Int]
    var isDense: Bool
}

@Model("preference")
private struct Preference {
    var id: Int
    var theme: JSONColumn<Theme>?
}

extension SelectExpression where Value == Int {
    fileprivate var isOdd: Condition { modulo(2) == 1 }
}

extension SelectExpression where Value == String {
    fileprivate var initial: SQLExpression<String> { prefix(1) }
}

@Suite(.eachDatabase) struct FunctionTests {
    @Test func choosesByConditions() async throws {
        let database = try await Billing.filled()
        let sizes = try await Line.objects.order(by: \.id).values(on: database) {
            Case.when($0.amount > 100, "large").when($0.amount > 10, "middling").otherwise("small")
        }
        #expect(sizes == ["middling", "middling", "middling", "large", "small", "small"])
        let none = try await Line.objects.order(by: \.id).values(on: database) {
            Case.when($0.amount > 60, $0.position).otherwiseNull()
        }
        #expect(none == [nil, 1, nil, 1, nil, nil])
        let sum = try await Line.objects.aggregate(on: database) {
            Case.when($0.amount > 60, $0.amount).otherwise(0).sum
        }
        #expect(sum == 270)
    }

    @Test func calculatesWithTexts() async throws {
        let database = try await Billing.filled()
        let names = try await Client.objects.order(by: \.id).limit(1).values(on: database) {
            (
                $0.name.lower, $0.name.upper, $0.name.length, $0.name.concat("!").replacing("a", with: "o"),
                $0.name.substring(from: 2, length: 1), $0.name.concat($0.country), $0.name.position(of: "d")
            )
        }
        #expect(names[0].0 == "ada" && names[0].1 == "ADA" && names[0].2 == 3)
        #expect(names[0].3 == "Ado!" && names[0].4 == "d" && names[0].5 == "AdaDE" && names[0].6 == 2)
        let trimmed = try await Client.objects.limit(1).values(on: database) { client in
            let spaced = SQLExpression.literal("  x ")
            return (spaced.trimmed, spaced.trimmedLeft, spaced.trimmedRight)
        }
        #expect(trimmed[0] == ("x", "x ", "  x"))
        let padded = try await Client.objects.order(by: \.id).limit(1).values(on: database) {
            (
                $0.name.paddedLeft(to: 6, with: "+-"), $0.name.paddedRight(to: 6, with: "+-"),
                $0.name.paddedLeft(to: 2),
                $0.name.paddedRight(to: 5), $0.name.paddedLeft(to: 5, with: ""), $0.name.repeated(2)
            )
        }
        #expect(padded[0] == ("+-+Ada", "Ada+-+", "Ad", "Ada  ", "Ada", "AdaAda"))
        let pieces = try await Client.objects.order(by: \.id).limit(1).values(on: database) {
            (
                $0.name.prefix(2), $0.name.suffix(2), $0.name.suffix(0), $0.name.prefix(-1), $0.name.codePoint,
                $0.name.concat("ö").reversed
            )
        }
        #expect(pieces[0] == ("Ad", "da", "", "", 65, "öadA"))
        let joined = try await Client.objects.aggregate(on: database) { $0.country.joined(separator: "/") }
        #expect(joined == "DE/FR/DE")
    }

    @Test func writesTextsInEachDialect() throws {
        let query = Client.objects.filter { $0.name.paddedLeft(to: 4, with: "0") == "00Cy" }
        #expect(
            try query.sql().text.hasSuffix(
                #"WHERE (SUBSTR(?, 1, MAX(4 - LENGTH(t0."name"), 0)) || SUBSTR(t0."name", 1, 4)) = ?"#))
        #expect(try query.sql(for: .postgreSQL).text.hasSuffix(#"WHERE LPAD(t0."name", 4, $1) = $2"#))
        let suffix = Client.objects.filter { $0.name.suffix(2) == "da" }
        #expect(try suffix.sql().text.hasSuffix(#"WHERE SUBSTR(t0."name", -2) = ?"#))
        #expect(try suffix.sql(for: .postgreSQL).text.hasSuffix(#"WHERE RIGHT(t0."name", 2) = $1"#))
        let hashed = Client.objects.filter { $0.name.sha256 == "00" && $0.name.md5 != $0.name.sha1 }
        #expect(
            try hashed.sql().text.hasSuffix(
                #"(SHA256(t0."name") = ? AND MD5(t0."name") IS DISTINCT FROM SHA1(t0."name"))"#))
        #expect(
            try hashed.sql(for: .postgreSQL).text.hasSuffix(
                #"(ENCODE(SHA256(CONVERT_TO(t0."name", 'UTF8')), 'hex') = $1 AND MD5(CONVERT_TO(t0."name", 'UTF8')) "#
                    + #"IS DISTINCT FROM ENCODE(DIGEST(CONVERT_TO(t0."name", 'UTF8'), 'sha1'), 'hex'))"#))
    }

    @Test func matchesRegularExpressions() async throws {
        let database = try await Billing.filled()
        func names(_ condition: (Client.Columns) -> Condition) async throws -> [String] {
            try await Client.objects.filter(condition).order(by: \.id).values(on: database) { $0.name }
        }
        #expect(try await names { $0.name.matches("^[AB]") } == ["Ada", "Bob"])
        #expect(try await names { $0.name.matches("^[ab]") } == [])
        #expect(try await names { $0.name.imatches("^[ab]") } == ["Ada", "Bob"])
        let error = await #expect(throws: ORMError.self) { _ = try await names { $0.name.matches("(") } }
        let words = TestDatabase.by(sqlite: #""(" is no regular expression"#, postgreSQL: "invalid regular expression")
        #expect(error?.message.contains(words) == true)
    }

    @Test func calculatesWithNumbers() async throws {
        let database = try await Billing.filled()
        let lines = Line.objects.filter { $0.id == 1 }
        let whole = try await lines.values(on: database) {
            (
                ($0.amount - 60).absolute, ($0.amount - 60).sign, $0.amount.negated, $0.amount.divided(by: 7),
                $0.amount.modulo(7), $0.amount.greatest($0.position), $0.amount.least($0.position)
            )
        }
        #expect(whole[0].0 == 10 && whole[0].1 == -1 && whole[0].2 == -50 && whole[0].3 == 7 && whole[0].4 == 1)
        #expect(whole[0].5 == 50 && whole[0].6 == 2)
        let real = try await lines.values(on: database) {
            (
                $0.amount.asDouble.divided(by: 7).rounded(2), $0.amount.asDouble.divided(by: 7).floor,
                $0.amount.asDouble.divided(by: 7).ceiling, ($0.amount * 2).squareRoot, $0.position.power(3)
            )
        }
        #expect(real[0] == (7.14, 7, 8, 10, 8))
        let logarithms = try await lines.values(on: database) {
            ($0.position.exp.ln.rounded(6), $0.position.cast(to: String.self))
        }
        #expect(logarithms[0] == (2, "2"))
    }

    @Test func calculatesWithAngles() async throws {
        let database = try await Billing.filled()
        let lines = Line.objects.filter { $0.id == 1 }
        let angles = try await lines.values(on: database) {
            ($0.position.sin, $0.position.cos, $0.position.tan, $0.position.cot, $0.position.atan, $0.position.degrees)
        }
        let expected = [sin(2.0), cos(2.0), tan(2.0), 1 / tan(2.0), atan(2.0), 2 * 180 / Double.pi]
        let found = [angles[0].0, angles[0].1, angles[0].2, angles[0].3, angles[0].4, angles[0].5]
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 })
        let inverse = try await lines.values(on: database) {
            (
                $0.position.radians.asin, $0.position.radians.acos, $0.position.atan2($0.amount),
                $0.amount.log(base: 10).rounded(6)
            )
        }
        #expect(abs(inverse[0].0 - asin(2 * .pi / 180)) < 1e-9 && abs(inverse[0].1 - acos(2 * .pi / 180)) < 1e-9)
        #expect(abs(inverse[0].2 - atan2(2, 50)) < 1e-9 && inverse[0].3 == 1.69897)
    }

    @Test func takesLookupsOfOnesOwn() async throws {
        let database = try await Billing.filled()
        let odd = Line.objects.filter { $0.amount.isOdd }.order(by: \.id)
        #expect(try odd.sql().text.hasSuffix(#"WHERE (t0."amount" % ?) = ? ORDER BY t0."id""#))
        #expect(try await odd.all(on: database).map(\.amount) == [5, 7])
        // A relation on the way, as any column.
        let initials = Invoice.objects.filter { $0.client.name.initial == "A" }
        #expect(try await initials.order(by: \.client.name.initial, \.id).all(on: database).map(\.id) == [1, 3])
        let doubled = try await Line.objects.order(by: \.id).limit(2).values(on: database) { _ in
            SQLExpression<Int>.raw("t0.amount * \(2)")
        }
        #expect(doubled == [100, 140])
    }

    @Test func takesTimesApart() async throws {
        let database = try await Billing.filled()
        // The days of ISO 8601 around a turn of the year, and a time of the day.
        let times = ["2026-01-01 00:00:00.000000", "2024-12-30 23:59:58.500000", "2027-01-03 12:30:15.000000"]
        for (index, time) in times.enumerated() {
            try await database.execute("UPDATE invoice SET issued_on = \(time) WHERE id = \(index + 1)")
        }
        let query = Invoice.objects.filter { $0.id <= 3 }.order(by: \.id)
        let days = try await query.values(on: database) {
            ($0.issuedOn.year, $0.issuedOn.month, $0.issuedOn.day, $0.issuedOn.quarter, $0.issuedOn.dayOfYear)
        }
        #expect(days[0] == (2026, 1, 1, 1, 1))
        #expect(days[1] == (2024, 12, 30, 4, 365))
        let weeks = try await query.values(on: database) {
            ($0.issuedOn.isoYear, $0.issuedOn.week, $0.issuedOn.weekDay, $0.issuedOn.isoWeekDay)
        }
        #expect(weeks[0] == (2026, 1, 5, 4))
        #expect(weeks[1] == (2025, 1, 2, 1))
        #expect(weeks[2] == (2026, 53, 1, 7))
        let clock = try await query.values(on: database) {
            ($0.issuedOn.hour, $0.issuedOn.minute, $0.issuedOn.second)
        }
        #expect(clock[1] == (23, 59, 58))
        let months = try await query.values(on: database) { $0.issuedOn.truncated(to: .month) }
        #expect(
            months.map { $0.ISO8601Format() } == [
                "2026-01-01T00:00:00Z", "2024-12-01T00:00:00Z", "2027-01-01T00:00:00Z",
            ])
        let day = Date(timeIntervalSince1970: 1_735_516_800)
        #expect(try await Invoice.objects.filter { $0.issuedOn.date == day }.all(on: database).map(\.id) == [2])
        #expect(try await Invoice.objects.filter { $0.issuedOn.year == 2026 }.count(on: database) == 2)
        #expect(try await Invoice.objects.filter { $0.issuedOn < databaseNow }.count(on: database) >= 1)
    }

    @Test func looksIntoDocuments() async throws {
        let database = try await Billing.empty()
        let migration = Migration("0002_preference", creating: [Preference.self])
        try await Migrator(Billing.migrations + [migration]).migrate(database)
        let themes = [
            Theme(name: "dark", sizes: [1, 2], isDense: true), Theme(name: nil, sizes: [], isDense: false),
        ]
        try await Preference.objects.bulkCreate(
            try themes.map { Preference(theme: try JSONColumn($0)) } + [Preference(theme: nil)], on: database)
        let dark = Preference.objects.filter { $0.theme.json("name", as: String.self) == "dark" }
        #expect(try dark.sql().text.hasSuffix(#"WHERE json_extract(t0."theme", ?) = ?"#))
        #expect(
            try dark.sql(for: .postgreSQL).text.hasSuffix(
                #"WHERE CAST(t0."theme" #>> CAST($1 AS text[]) AS text) = $2"#))
        #expect(try await dark.all(on: database).map(\.id) == [1])
        let values = try await Preference.objects.order(by: \.id).values(on: database) {
            (
                $0.theme.json("sizes", 0, as: Int.self), $0.theme.json("sizes", -1, as: Int.self),
                $0.theme.json("isDense", as: Bool.self)
            )
        }
        #expect(values[0] == (1, 2, true))
        #expect(values[1] == (nil, nil, false))
        #expect(values[2] == (nil, nil, nil))
    }

    @Test func replacesMissingValues() async throws {
        let database = try await Billing.filled()
        let numbers = try await Invoice.objects.order(by: \.id).values(on: database) {
            ($0.number.coalesce("none"), $0.number.coalesce($0.client.name), $0.id.nullIf(3))
        }
        #expect(numbers[2] == ("none", "Ada", nil))
        #expect(numbers[0] == ("2026-1", "2026-1", 1))
    }

    @Test func filtersAggregatesAndGroups() async throws {
        let database = try await Billing.filled()
        let lines = Line.objects
        #expect(try await lines.aggregate(on: database) { $0.amount.sum.filter($0.position == 1) } == 275)
        #expect(try await lines.aggregate(on: database) { $0.id.count.filter($0.amount > 40) } == 3)
        #expect(try await lines.aggregate(on: database) { $0.position.sumDistinct } == 6)
        let groups = try await lines.having { $0.amount.sum > 20 }.order(by: \.invoice.id)
            .values(on: database) { ($0.invoice.id, $0.amount.sum * 2) }
        #expect(groups.map(\.0) == [1, 2])
        #expect(groups.map(\.1) == [300, 400])
    }
}
