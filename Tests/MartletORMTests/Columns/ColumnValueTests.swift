import Foundation
import MartletORM
import Testing

@Suite(.eachDatabase) struct ColumnValueTests {
    @Test func returnsEveryTypeAsItWasStored() async throws {
        let database = try await Everything.database()
        let empty = Everything.sample()
        try await Everything.objects.create(empty, on: database)
        #expect(try await Everything.objects.get(empty.id, on: database) == empty)
        var full = Everything.sample()
        full.optionalInt = 0
        full.optionalString = ""
        full.optionalDate = Date(timeIntervalSince1970: -1.5)
        full.optionalDecimal = Decimal(string: "-0.01")
        full.optionalPriority = .low
        full.data = Data()
        try await full.save(on: database)
        #expect(try await Everything.objects.get(full.id, on: database) == full)
    }

    @Test func findsRowsByEveryType() async throws {
        let database = try await Everything.database()
        let row = try await Everything.objects.create(.sample(), on: database)
        let found = try await Everything.objects.filter {
            $0.int == -7 && $0.int64 == .max && $0.bool == true && $0.date == row.date
        }.filter { $0.uuid == row.uuid && $0.data == row.data && $0.decimal == row.decimal }
            .filter { $0.status == .paid && $0.priority.in([.high]) && $0.optionalDate == nil && $0.default == "d" }
            .count(on: database)
        #expect(found == 1)
    }

    @Test func findsRowsAmongValuesOfEveryType() async throws {
        let database = try await Everything.database()
        let row = try await Everything.objects.create(.sample(), on: database)
        let found = Everything.objects.filter {
            $0.id.in([row.id]) && $0.int.in([1, -7]) && $0.string.in([row.string, "x"]) && $0.bool.in([true])
        }.filter { $0.double.in([0.1]) && $0.date.in([row.date]) && $0.data.in([row.data, Data()]) }
            .filter { $0.decimal.in([row.decimal, 7]) && $0.status.in([.paid]) && $0.optionalInt.coalesce(3).in([3]) }
        #expect(try await found.count(on: database) == 1)
        #expect(try await found.filter { $0.optionalDate.in([row.date]) }.count(on: database) == 0)
        #expect(try await Everything.objects.filter { $0.date.in([]) }.count(on: database) == 0)
    }

    @Test func updatesColumnsOfEveryTypeInBulk() async throws {
        let database = try await Everything.database()
        let rows = try await Everything.objects.bulkCreate([.sample(), .sample()], on: database)
        var changed = rows
        changed[0].optionalInt = 7
        changed[0].optionalDecimal = Decimal(string: "-0.01")
        changed[1].bool = false
        changed[1].data = Data([9])
        changed[1].date = Date(timeIntervalSince1970: 0)
        changed[1].priority = .low
        let count = try await Everything.objects.bulkUpdate(
            changed, \.optionalInt, \.optionalDecimal, \.bool, \.data, \.date, \.priority, on: database)
        #expect(count == 2)
        for row in changed { #expect(try await Everything.objects.get(row.id, on: database) == row) }
    }

    @Test func setsColumnsOfEveryTypeByQuery() async throws {
        let database = try await Everything.database()
        var row = try await Everything.objects.create(.sample(), on: database)
        row.bool = false
        row.double = 2.5
        row.uuid = UUID()
        row.decimal = 3
        row.optionalDate = row.date
        row.optionalPriority = .high
        let new = row
        try await Everything.objects.update(on: database) {
            [
                $0.bool.set(new.bool), $0.double.set(new.double), $0.uuid.set(new.uuid), $0.decimal.set(new.decimal),
                $0.optionalDate.set(new.optionalDate), $0.optionalPriority.set(.high), $0.optionalInt.set(nil),
            ]
        }
        #expect(try await Everything.objects.get(row.id, on: database) == row)
    }

    @Test func storesEqualDecimalsEqually() {
        #expect(Decimal(string: "1.50")?.sqlValue == .text("1.5"))
        #expect(Decimal(150).sqlValue == .text("150"))
    }

    @Test func readsDecimalsExactlyOrNotAtAll() async throws {
        let database = try await TestDatabase.empty()
        func read(_ text: String) async throws -> Decimal {
            try await database.rows("SELECT \(text) AS x")[0].value("x")
        }
        let digits = String(repeating: "9", count: 38)
        #expect(try await read(digits).description == digits)
        #expect(try await read("0.000" + digits).description == "0.000" + digits)
        #expect(try await read("NaN").isNaN)
        for text in [digits + "1", "1." + digits, "NaNs", ""] {
            let error = await #expect(throws: ORMError.self) { try await read(text) }
            #expect(error?.code == .decoding)
        }
    }

    @Test func namesColumnAndValueThatCannotBeRead() async throws {
        let database = try await Everything.database()
        let row = try await Everything.objects.create(.sample(), on: database)
        // PostgreSQL's columns hold nothing but their own type.
        let wrong = TestDatabase.by(
            sqlite: [("date", "yesterday"), ("uuid", "7"), ("status", "lost"), ("decimal", "1,5")],
            postgreSQL: [("status", "lost")])
        for (column, value) in wrong {
            try await database.execute("UPDATE everything SET \(raw: column) = \(value) WHERE id = \(row.id)")
            let error = try await #require(throws: ORMError.self) { try await Everything.objects.all(on: database) }
            #expect(error.code == .decoding && error.columns == [column])
            #expect(error.message.contains("\"\(column)\" holds \"\(value)\""))
            try await Everything.objects.delete(on: database)
            try await Everything.objects.create(row, on: database)
        }
        try await database.execute("UPDATE everything SET priority = 2")
        await #expect(throws: ORMError.self) { try await Everything.objects.all(on: database) }
    }

    @Test(.on(.sqlite)) func refusesAValueOfAnotherTypeInTheColumn() async throws {
        let database = try await Everything.database()
        let error = await #expect(throws: ORMError.self) {
            try await database.execute("INSERT INTO company (name) VALUES (\(Data([1])))")
        }
        #expect(error?.code == .invalidValue)
    }

    @Test func usesTextAndUUIDKeys() async throws {
        let database = try await Everything.database()
        let germany = try await Country.objects.create(Country(id: "DE", name: "Germany"), on: database)
        try await City.objects.bulkCreate(
            [City(name: "Bonn", country: germany.reference), City(name: "Kiel", country: Reference(id: "DE"))],
            on: database)
        let rows = try await Country.objects.prefetchRelated(\.cities) { $0.order(by: \.name) }.all(on: database)
        #expect(rows[0].cities.map(\.name) == ["Bonn", "Kiel"])
        let cities = try await City.objects.selectRelated(\.country).order(by: \.name).all(on: database)
        #expect(cities.map(\.country.name) == ["Germany", "Germany"])
    }
}
