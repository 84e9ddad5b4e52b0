import Foundation
import MartletORM

/// A model with columns for every function, and rows with the values at which databases differ.
@Model("specimen")
struct Specimen {
    var id: Int
    var text: String
    var maybeText: String?
    var int: Int
    var maybeInt: Int?
    var real: Double
    var maybeReal: Double?
    var truth: Bool
    var maybeTruth: Bool?
    var moment: Date
    var maybeMoment: Date?
    var day: CalendarDate
    var clock: TimeOfDay
    var identifier: UUID
    var bytes: Data
    var decimal: Decimal
    var list: [Int]
    @ForeignKey var above: Reference<Specimen>?

    static let texts = ["", "abc", " Aña b ", #"50%_\"#, "🐦e\u{301}", #"A'"?"#, "%\u{301}x", "0042"]
    static let ints = [0, -7, 7, 42, 9_007_199_254_740_993, -1, 1, 1000]
    static let reals = [0, -0.5, 2.5, 1e15, -7.5, 123_456.785, 1e-7, 1.005]
    static let times: [(seconds: Double, day: String, clock: String)] = [
        (0, "1970-01-01", "00:00:00"), (-0.000001, "1969-12-31", "23:59:59.999999"),
        (-11_670_998_400, "1600-02-29", "12:00"), (1_773_491_415.123456, "2026-03-14", "12:30:15.123456"),
        (253_402_300_799.5, "9999-12-31", "24:00"), (-62_135_596_800, "0001-01-01", "00:00:00.000001"),
        (1_735_603_199.9999, "2024-12-30", "08:05:09"), (951_868_799.75, "2000-02-29", "19:07:59.5"),
    ]
    static let decimals = ["0", "-0.01", "1.5", "2.7", "-2.7", "12345678901234567890.12345678", "100", "0.5"]

    /// A row for each value; where a column may be `NULL`, every third one is.
    static func rows() throws -> [Specimen] {
        try texts.indices.map { index in
            let (time, isMissing) = (times[index], index % 3 == 1)
            let moment = Date(timeIntervalSince1970: time.seconds)
            guard let day = CalendarDate(time.day), let clock = TimeOfDay(time.clock),
                let decimal = Decimal(string: decimals[index]),
                let identifier = UUID(uuidString: "\(index)F000000-0000-4000-8000-00000000000\(7 - index)")
            else { throw CocoaError(.formatting) }
            return Specimen(
                text: texts[index], maybeText: isMissing ? nil : texts[index], int: ints[index],
                maybeInt: isMissing ? nil : ints[index], real: reals[index],
                maybeReal: isMissing ? nil : reals[index], truth: index % 2 == 0,
                maybeTruth: isMissing ? nil : index % 2 == 0, moment: moment,
                maybeMoment: isMissing ? nil : moment, day: day, clock: clock, identifier: identifier,
                bytes: Data(texts[index].utf8), decimal: decimal, list: Array(ints.prefix(index)),
                above: isMissing || index == 0 ? nil : 1)
        }
    }

    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([Migration("0001", creating: [Specimen.self])])
        try await Specimen.objects.bulkCreate(try rows(), on: database)
        return database
    }
}
