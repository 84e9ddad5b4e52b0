import GRDB

/// The functions behind `bitAnd`, `bitOr` and `bitXor`, which SQLite itself does not have.
enum BitFunction {
    /// Adds the functions to a connection.
    static func add(to database: GRDB.Database) {
        database.add(function: DatabaseFunction("bit_and", argumentCount: 1, pure: true, aggregate: And.self))
        database.add(function: DatabaseFunction("bit_or", argumentCount: 1, pure: true, aggregate: Or.self))
        database.add(function: DatabaseFunction("bit_xor", argumentCount: 1, pure: true, aggregate: Xor.self))
    }

    private struct And: BitAggregate {
        var result: Int64?
        static func combine(_ left: Int64, _ right: Int64) -> Int64 { left & right }
    }

    private struct Or: BitAggregate {
        var result: Int64?
        static func combine(_ left: Int64, _ right: Int64) -> Int64 { left | right }
    }

    private struct Xor: BitAggregate {
        var result: Int64?
        static func combine(_ left: Int64, _ right: Int64) -> Int64 { left ^ right }
    }
}

/// Whole numbers put together bit by bit; `NULL` is left out.
private protocol BitAggregate: DatabaseAggregate {
    init(result: Int64?)
    var result: Int64? { get set }
    static func combine(_ left: Int64, _ right: Int64) -> Int64
}

extension BitAggregate {
    init() { self.init(result: nil) }

    mutating func step(_ values: [DatabaseValue]) {
        guard let value = Int64.fromDatabaseValue(values[0]) else { return }
        result = result.map { Self.combine($0, value) } ?? value
    }

    func finalize() -> (any DatabaseValueConvertible)? { result }
}
