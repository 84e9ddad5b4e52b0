import Foundation
import GRDB
import GRDBSQLite
import MartletORM

/// A statement of the connection's cache, bound and stepped directly.
///
/// GRDB prepares and keeps it. Binding by hand keeps zero bytes in texts, which end a text otherwise, and makes no
/// array of values on the way of a row. What runs it asks GRDB nothing, which would want to be on its queue.
struct PreparedStatement {
    private let statement: GRDB.Statement
    private let handle: SQLiteStatement
    private let connection: OpaquePointer

    /// Finds or prepares the statement on the database's queue.
    init(_ text: String, on database: GRDB.Database) throws {
        guard let connection = database.sqliteConnection else {
            throw ORMError(.closed, "The database has been closed; open it again, or close it later.")
        }
        statement = try database.cachedStatement(sql: text)
        handle = statement.sqliteStatement
        self.connection = connection
    }

    /// Prepares a statement that is stepped in several pieces of work, and so must not be shared.
    init(unshared text: String, _ bindings: [SQLValue], on database: GRDB.Database) throws {
        guard let connection = database.sqliteConnection else {
            throw ORMError(.closed, "The database has been closed; open it again, or close it later.")
        }
        statement = try database.makeStatement(sql: text)
        handle = statement.sqliteStatement
        self.connection = connection
        try bind(bindings)
    }

    /// How many rows the connection has changed, cascades included.
    var totalChanges: Int32 { sqlite3_total_changes(connection) }

    /// How many rows the last statement that could change rows has changed.
    var changes: Int { Int(sqlite3_changes(connection)) }

    /// Gives at most so many further rows to `take`; returns whether there may be more.
    func step(_ count: Int, take: (inout RowDecoder) throws -> Void) throws -> Bool {
        try withRowDecoder { reader, cells, decoder in
            for _ in 0..<count {
                switch sqlite3_step(handle) {
                case SQLITE_ROW:
                    reader.fill(cells)
                    decoder.rewind()
                    try take(&decoder)
                case SQLITE_DONE: return false
                default: throw failure()
                }
            }
            return true
        }
    }

    /// Runs the statement with the values, one set after the other, gives each row to `take` and returns how many there
    /// were.
    func decode(_ bindings: ArraySlice<[SQLValue]>, take: (inout RowDecoder) throws -> Void) throws -> Int {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        try bind(bindings)
        var rows = 0
        while try step(
            1_000_000,
            take: { row in
                rows += 1
                try take(&row)
            })
        {}
        return rows
    }

    private func withRowDecoder<Value>(
        _ body: (SQLiteRowReader, UnsafeMutableBufferPointer<ColumnCell>, inout RowDecoder) throws -> Value
    ) throws -> Value {
        let reader = SQLiteRowReader(handle)
        let count = reader.columnCount
        return try withUnsafeTemporaryAllocation(of: ColumnCell.self, capacity: count) { cells in
            cells.initialize(repeating: .null)
            var decoder = RowDecoder(UnsafeBufferPointer(cells), reader)
            return try body(reader, cells, &decoder)
        }
    }

    /// Runs the statement with the values and calls `row` for each row.
    func run(_ bindings: [SQLValue], row: (SQLiteRowReader) throws -> Void) throws {
        // A statement that is not reset would keep its locks.
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        try bind(bindings)
        let reader = SQLiteRowReader(handle)
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try row(reader)
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    private func bind(_ bindings: [SQLValue]) throws { try bind([bindings][...]) }

    private func bind(_ sets: ArraySlice<[SQLValue]>) throws {
        let places = Int(sqlite3_bind_parameter_count(handle))
        let given = sets.reduce(0) { $0 + $1.count }
        guard places == given else {
            throw ORMError(
                .invalidQuery,
                "The statement has \(places) placeholders and \(given) values were given: \(text)")
        }
        var place: Int32 = 0
        for values in sets {
            for value in values {
                place += 1
                guard try bind(value, at: place) == SQLITE_OK else { throw failure() }
            }
        }
    }

    private func bind(_ value: SQLValue, at place: Int32) throws -> Int32 {
        // SQLite copies what is bound, because Swift lends it for the call only.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return sqlite3_bind_null(handle, place)
        case .integer(let number): return sqlite3_bind_int64(handle, place, number)
        case .real(let number): return sqlite3_bind_double(handle, place, number)
        case .text(let text): return bind(text, at: place)
        case .timestamp(let date): return bind(TimestampText.string(from: date), at: place)
        case .array:
            guard let json = value.jsonText else {
                throw ORMError(
                    .invalidValue,
                    "SQLite stores an array as JSON, which has no form for bytes, infinity or NaN: \(value). "
                        + "Store other elements.")
            }
            return bind(json, at: place)
        case .blob(let bytes):
            if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, place, 0) }
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob(handle, place, $0.baseAddress, Int32($0.count), transient)
            }
        }
    }

    private func bind(_ text: String, at place: Int32) -> Int32 {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return text.withCString { sqlite3_bind_text(handle, place, $0, Int32(text.utf8.count), transient) }
    }

    private func failure() -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)), sql: text)
    }

    /// The text as errors show it.
    private var text: String {
        String(cString: sqlite3_sql(handle)).trimmingCharacters(
            in: CharacterSet(charactersIn: ";").union(.whitespacesAndNewlines))
    }
}
