import MartletORM

/// The last number given to an invoice of a year.
///
/// It is locked, read and raised in the transaction that inserts the invoices, so a number is given exactly when its invoice is
/// there: no gap after a crash or a rollback, no number twice.
@Model("number_series")
struct NumberSeries {
    /// The year.
    var id: Int
    var last: Int
}

extension NumberSeries {
    /// Keeps the series of years to this transaction until it ends: another one that wants a number waits.
    static func lock(_ years: ClosedRange<Int>, on tx: Transaction) async throws {
        try await objects.bulkCreate(years.map { NumberSeries(id: $0, last: 0) }, onConflict: .ignore, on: tx)
        for year in years {
            try await objects.filter { $0.id == year }.update(on: tx) { [$0.last.set($0.last)] }
        }
    }

    /// Takes the next number of a year: `2026-0001`.
    static func next(in year: Int, on tx: Transaction) async throws -> String {
        var series = try await objects.filter { $0.id == year }.first(on: tx) ?? NumberSeries(id: year, last: 0)
        series.last += 1
        try await series.save(on: tx)
        let digits = String(series.last)
        return "\(year)-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
