import GRDB
import GRDBSQLite
import MartletORM

/// Reads columns of the statement's present row straight from SQLite.
struct SQLiteRowReader: ColumnReader {
    private let statement: SQLiteStatement

    /// Reads the rows of a statement while it is stepped; the statement must outlive the reader.
    init(_ statement: SQLiteStatement) {
        self.statement = statement
    }

    var columnCount: Int { Int(sqlite3_column_count(statement)) }

    func name(at position: Int) -> String {
        sqlite3_column_name(statement, Int32(position)).map { String(cString: $0) } ?? ""
    }

    func isNull(at position: Int) -> Bool { type(at: position) == SQLITE_NULL }

    func value(at position: Int) -> SQLValue {
        switch type(at: position) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, Int32(position)))
        case SQLITE_FLOAT: .real(sqlite3_column_double(statement, Int32(position)))
        case SQLITE_TEXT: .text(readText(position))
        case SQLITE_BLOB: .blob(readBlob(position))
        default: .null
        }
    }

    func integer(at position: Int) -> Int64? {
        type(at: position) == SQLITE_INTEGER ? sqlite3_column_int64(statement, Int32(position)) : nil
    }

    func real(at position: Int) -> Double? {
        switch type(at: position) {
        case SQLITE_FLOAT, SQLITE_INTEGER: sqlite3_column_double(statement, Int32(position))
        default: nil
        }
    }

    func text(at position: Int) -> String? {
        type(at: position) == SQLITE_TEXT ? readText(position) : nil
    }

    func blob(at position: Int) -> [UInt8]? {
        type(at: position) == SQLITE_BLOB ? readBlob(position) : nil
    }

    private func type(at position: Int) -> Int32 { sqlite3_column_type(statement, Int32(position)) }

    private func readText(_ position: Int) -> String {
        // The length comes after the text, which may be converted first; a text may contain zero bytes.
        guard let text = sqlite3_column_text(statement, Int32(position)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(position)))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    private func readBlob(_ position: Int) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, Int32(position)) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, Int32(position)))
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}
