import Foundation
import MartletORM

// What the checks of a database store.

@Model("note")
struct Note: Equatable {
    var id: Int
    @Unique var text: String
    var likes: Int = 0
    @ForeignKey(onDelete: .protect) var folder: Reference<Folder>?
    @ForeignKey(onDelete: .cascade) var author: Reference<Folder>?
}

@Model("folder")
struct Folder: Equatable {
    var id: Int
    var name: String
    var label: String?

    static var indexes: [ModelIndex<Folder>] { [.unique(\.name, \.label)] }
}

enum Color: String, ColumnValue, Encodable, CaseIterable {
    case red, green
}

struct Shape: Codable, Sendable, Equatable {
    var sides: Int
    var names: [String: String]
}

@Model("sample")
struct Sample: Equatable {
    var id: UUID
    var int: Int
    var double: Double
    var text: String
    var bool: Bool
    var date: Date
    var data: Data
    var decimal: Decimal
    var color: Color
    var day: CalendarDate
    var time: TimeOfDay
    var interval: CalendarInterval
    var shape: JSONColumn<Shape>
    var ints: [Int]
    var texts: [String?]
    var doubles: [Double]
    var dates: [Date]
    var maybeInt: Int?
    var maybeText: String?
    var maybeDate: Date?
    var maybeData: Data?
    var maybeDecimal: Decimal?
    var maybeUUID: UUID?
    var maybeInts: [Int]?
}

extension Sample {
    static func ordinary() throws -> Sample {
        Sample(
            int: -7, double: 0.1, text: "naïve \"quoted\" \\ 'x' 🐦", bool: true,
            date: Date(timeIntervalSince1970: 1_772_323_200.123456), data: Data([0, 255, 1]),
            decimal: Decimal(string: "-12345678901234567890.12345678") ?? 0, color: .green,
            day: CalendarDate(year: 2026, month: 2, day: 28) ?? .first,
            time: TimeOfDay(hour: 23, minute: 59, second: 59, microsecond: 999_999) ?? .midnight,
            interval: CalendarInterval(months: 14, days: -3, microseconds: 3_500_000),
            shape: try JSONColumn(Shape(sides: 4, names: ["de": "Quadrat \"Q\""])), ints: [1, .min, .max],
            texts: ["", nil, "NULL", "a,b", "{\"x\"}", "back\\slash"], doubles: [0.1, -1e300],
            dates: [Date(timeIntervalSince1970: 0.5)])
    }
}

extension CalendarDate {
    static let first = CalendarDate(year: 1, month: 1, day: 1)!  // It is a day.
}

extension TimeOfDay {
    static let midnight = TimeOfDay(microseconds: 0)!  // It is a time.
}

extension DatabaseCheck {
    static let migrations = [Migration("0001", creating: [Note.self, Folder.self, Sample.self])]
}
