import GRDB
import GRDBSQLite

/// The functions behind `stdDev` and `variance`, which SQLite itself does not have; over windows too.
enum SpreadFunction: Int, CaseIterable {
    case variance = 1
    case sampleVariance
    case stdDev
    case sampleStdDev

    /// Adds the functions to a connection.
    static func add(to database: GRDB.Database) {
        for function in allCases {
            sqlite3_create_window_function(
                database.sqliteConnection, function.name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                UnsafeMutableRawPointer(bitPattern: function.rawValue),
                { context, _, values in change(context, values) { $0.add($1) } },
                { context in tell(context) },
                { context in tell(context) },
                { context, _, values in change(context, values) { $0.remove($1) } },
                nil)
        }
    }

    private var name: String {
        switch self {
        case .variance: "VAR_POP"
        case .sampleVariance: "VAR_SAMP"
        case .stdDev: "STDDEV_POP"
        case .sampleStdDev: "STDDEV_SAMP"
        }
    }

    fileprivate func value(of spread: Spread) -> Double? {
        switch self {
        case .variance: spread.variance(sample: false)
        case .sampleVariance: spread.variance(sample: true)
        case .stdDev: spread.variance(sample: false)?.squareRoot()
        case .sampleStdDev: spread.variance(sample: true)?.squareRoot()
        }
    }
}

/// Count, mean and squares of the distances from it, kept in Welford's way: large values of a small spread lose no digits.
///
/// It lives in memory that SQLite gives, which is zero at first.
private struct Spread {
    private var count = 0.0
    private var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let distance = value - mean
        mean += distance / count
        squares += distance * (value - mean)
    }

    mutating func remove(_ value: Double) {
        guard count > 1 else {
            self = Spread()
            return
        }
        count -= 1
        let distance = value - mean
        mean -= distance / count
        squares = max(0, squares - distance * (value - mean))
    }

    func variance(sample: Bool) -> Double? {
        let divisor = sample ? count - 1 : count
        return divisor > 0 ? squares / divisor : nil
    }
}

/// Changes the state of a call by its argument, unless that is `NULL`.
private func change(
    _ context: OpaquePointer?, _ values: UnsafeMutablePointer<OpaquePointer?>?, _ change: (inout Spread, Double) -> Void
) {
    guard let value = values?[0], sqlite3_value_type(value) != SQLITE_NULL else { return }
    guard let memory = sqlite3_aggregate_context(context, Int32(MemoryLayout<Spread>.size)) else {
        return sqlite3_result_error_nomem(context)
    }
    change(&memory.assumingMemoryBound(to: Spread.self).pointee, sqlite3_value_double(value))
}

/// Gives SQLite the result so far; `NULL` when there were too few values.
private func tell(_ context: OpaquePointer?) {
    guard let memory = sqlite3_aggregate_context(context, 0),
        let function = SpreadFunction(rawValue: Int(bitPattern: sqlite3_user_data(context))),
        let value = function.value(of: memory.assumingMemoryBound(to: Spread.self).pointee)
    else { return sqlite3_result_null(context) }
    sqlite3_result_double(context, value)
}
