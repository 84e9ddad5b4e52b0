import Foundation
import MartletORM

enum Priority: Int, ColumnValue, Encodable {
    case low = 1
    case high = 10
}

/// A model with a column of every type.
@Model("everything")
struct Everything: Equatable {
    var id: UUID
    var int: Int
    var int64: Int64
    var string: String
    var bool: Bool
    var double: Double
    var date: Date
    var uuid: UUID
    var data: Data
    var decimal: Decimal
    var status: InvoiceStatus
    var priority: Priority
    var optionalInt: Int?
    var optionalString: String?
    var optionalDate: Date?
    var optionalDecimal: Decimal?
    var optionalPriority: Priority?
    @Column("odd \"name\"") var `default`: String = "d"
    var clientURLPath: String = ""

    static func sample() -> Everything {
        // PostgreSQL refuses texts with a zero byte.
        let zero = TestDatabase.by(sqlite: "\u{0}", postgreSQL: "")
        return Everything(
            int: -7, int64: .max, string: "naïve \"quoted\"\(zero) zero 🐦", bool: true, double: 0.1,
            date: Date(timeIntervalSince1970: 1_772_323_200.123456), uuid: UUID(), data: Data([0, 255, 1]),
            decimal: Decimal(string: "12345678901234567890.12345678") ?? 0, status: .paid, priority: .high)
    }
}

/// A model whose key is a text that the program chooses.
@Model("country")
struct Country: Equatable {
    var id: String
    var name: String
    @HasMany(\City.country) var cities: Many<City>
}

@Model("city")
struct City: Equatable {
    var id: UUID
    var name: String
    @ForeignKey(onDelete: .cascade) var country: Reference<Country>
}

extension Everything {
    static func database() async throws -> Database {
        let more = Migration("0002_more", creating: [City.self, Country.self, Everything.self])
        return try await TestDatabase.migrated(Billing.migrations + [more])
    }
}
