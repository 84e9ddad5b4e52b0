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

    /// Puts the present row's columns into cells; they are good until the statement goes on.
    func fill(_ cells: UnsafeMutableBufferPointer<ColumnCell>) {
        for position in cells.indices { cells[position] = cell(at: Int32(position)) }
    }

    private func cell(at position: Int32) -> ColumnCell {
        switch sqlite3_column_type(statement, position) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, position))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, position))
        case SQLITE_TEXT:
            // The length comes after the text, which may be converted first.
            let text = sqlite3_column_text(statement, position)
            return .text(text, Int(sqlite3_column_bytes(statement, position)))
        case SQLITE_BLOB:
            let bytes = sqlite3_column_blob(statement, position)
            return .blob(bytes, Int(sqlite3_column_bytes(statement, position)))
        default: return .null
        }
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
