import Foundation
import MartletORM

extension DatabaseCheck {
    static let roundTrip = DatabaseCheck { scene in
        var sample = try Sample.ordinary()
        try await stored(sample, "every type comes back as it was", scene)
        sample.maybeInt = 0
        sample.maybeText = ""
        sample.maybeDate = Date(timeIntervalSince1970: -1.5)
        sample.maybeData = Data()
        sample.maybeDecimal = Decimal(string: "-0.01")
        sample.maybeUUID = sample.id
        sample.maybeInts = []
        try await stored(sample, "every optional type comes back as it was", scene)
    }

    static let empties = DatabaseCheck { scene in
        var sample = try Sample.ordinary()
        sample.text = ""
        sample.data = Data()
        (sample.ints, sample.texts, sample.doubles, sample.dates) = ([], [], [], [])
        sample.interval = CalendarInterval()
        try await stored(sample, "what is empty is not NULL", scene)
    }

    static let limits = DatabaseCheck { scene in
        var sample = try Sample.ordinary()
        for int in [Int.min, .max] {
            sample.int = int
            sample.maybeInt = int
            try await stored(sample, "whole numbers have 64 bits", scene)
        }
        for double in [Double.infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0] {
            sample.double = double
            try await stored(sample, "numbers keep their value: \(double)", scene)
        }
        for (year, month, day) in [(1, 1, 1), (9999, 12, 31), (2000, 2, 29)] {
            sample.day = CalendarDate(year: year, month: month, day: day) ?? .first
            try await stored(sample, "days from 1 to 9999 are kept", scene)
        }
        for seconds in [-62_135_596_800, 253_402_300_799, -0.000001] {
            sample.date = Date(timeIntervalSince1970: seconds)
            try await stored(sample, "times from 1 to 9999 are kept", scene)
        }
        sample.time = TimeOfDay(hour: 24, minute: 0) ?? .midnight
        sample.interval = CalendarInterval(months: -14, days: 400, microseconds: -1)
        sample.text = String(repeating: "ä🐦", count: 300_000)
        sample.data = Data(repeating: 7, count: 3_000_000)
        try await stored(sample, "large values are kept", scene)
    }

    static let decimals = DatabaseCheck { scene in
        var sample = try Sample.ordinary()
        let digits = String(repeating: "9", count: 38)
        for text in [digits, "-0.\(digits)", "0.000001", "100000000000000000000", "1e30", "NaN"] {
            sample.decimal = text == "NaN" ? .nan : Decimal(string: text) ?? 0
            try await Sample.objects.filter { $0.id == sample.id }.delete(on: scene.database)
            try await Sample.objects.create(sample, on: scene.database)
            let read = try await Sample.objects.get(sample.id, on: scene.database).decimal
            try require(
                read == sample.decimal || read.isNaN && text == "NaN", "decimals are exact: \(text) became \(read)")
        }
        let cast = scene.database.dialect == .postgreSQL ? "numeric" : "text"
        let long = String(repeating: "123456789.", count: 1) + String(repeating: "7", count: 990)
        let row = try await scene.database.rows("SELECT CAST(\(long) AS \(raw: cast)) AS n")[0]
        try require(try row.value("n", as: String.self) == long, "a number of 1 000 digits is kept as text")
        try await refusal(.decoding, "a number that Decimal cannot hold is refused") {
            try row.value("n", as: Decimal.self)
        }
    }

    static let zeroBytes = DatabaseCheck { scene in
        let text = "before \u{0} after"
        do {
            try await scene.note(text)
            try require(try await scene.notes == [text], "a text with a zero byte is kept or refused, never cut")
        } catch let error as ORMError where error.code == .invalidValue {
            try require(try await scene.notes == [], "a refused value is not stored")
        }
        try await scene.note("after")
    }

    static let lookups = DatabaseCheck { scene in
        let sample = try await Sample.objects.create(try .ordinary(), on: scene.database)
        let conditions: [(Sample.Columns) -> Condition] = [
            { $0.id == sample.id }, { $0.id.in([sample.id, UUID()]) }, { $0.int == -7 }, { $0.int.in([1, -7]) },
            { $0.int < 0 }, { $0.double == 0.1 }, { $0.double > 0 }, { $0.double.in([0.1, 2]) },
            { $0.text == sample.text }, { $0.text.in([sample.text, "\"", "\\", "{}"]) },
            { $0.text.contains("\"quoted\"") },
            { $0.text.icontains("QUOTED") }, { $0.text.startsWith("naï") }, { $0.text.endsWith("🐦") },
            { $0.text.contains("\\") }, { !$0.text.contains("_") && !$0.text.contains("%") }, { $0.text.like("NA%") },
            { $0.bool == true }, { $0.bool != false }, { $0.bool.in([true]) }, { $0.date == sample.date },
            { $0.date.in([sample.date]) }, { $0.date.isBetween(sample.date, sample.date) }, { $0.data == sample.data },
            { $0.data.in([sample.data]) }, { $0.decimal == sample.decimal }, { $0.decimal.in([sample.decimal]) },
            { $0.color == .green }, { $0.color.in(Color.allCases) }, { $0.day == sample.day },
            { $0.day > .first }, { $0.time.in([sample.time]) }, { $0.ints == sample.ints },
            { $0.texts == sample.texts },
            { $0.maybeInt == nil }, { $0.maybeInt != 7 }, { $0.maybeText != "x" }, { !($0.maybeInt == 7) },
            { $0.maybeUUID != sample.id }, { $0.int.in([-7]) && !$0.int.in([]) },
        ]
        for (index, condition) in conditions.enumerated() {
            let found = try await Sample.objects.filter(condition).count(on: scene.database)
            try require(found == 1, "a row is found by every type: condition \(index + 1) of lookups found \(found)")
            let rest = try await Sample.objects.exclude(condition).count(on: scene.database)
            try require(rest == 0, "a row is left out by every type: condition \(index + 1) of lookups kept \(rest)")
        }
    }

    static let valuesOfRows = DatabaseCheck { scene in
        let database = scene.database
        for likes in [3, 4] { try await Note.objects.create(Note(text: "\(likes)", likes: likes), on: database) }
        let sum = try await Note.objects.aggregate(on: database) { $0.likes.sum }
        let mean = try await Note.objects.aggregate(on: database) { $0.likes.avg }
        let largest = try await Note.objects.aggregate(on: database) { $0.likes.max }
        try require(sum == 7 && mean == 3.5 && largest == 4, "the database computes: \(sum), \(mean ?? 0)")
        let none = try await Note.objects.filter { $0.likes > 9 }.aggregate(on: database) { $0.likes.sum }
        try require(none == 0, "a sum of nothing is 0")
        let pairs = try await Note.objects.order(by: \.id).values(on: database) { ($0.text, $0.likes * 2) }
        try require(pairs.map(\.1) == [6, 8], "computed values come with the others")
    }

    /// Stores a row, reads it, and compares.
    private static func stored(_ sample: Sample, _ promise: String, _ scene: DatabaseScene) async throws {
        var saved = sample
        try await saved.save(on: scene.database)
        let read = try await Sample.objects.get(sample.id, on: scene.database)
        guard read != sample else { return }
        let names = Sample.schema.columns.map(\.name)
        let different = zip(names, zip(sample.columnValues, read.columnValues)).filter { $0.1.0 != $0.1.1 }
        throw ConformanceFailure("\(promise), but \(different.map { "\($0): \($1.0) became \($1.1)" })")
    }
}
