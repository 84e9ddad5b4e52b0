import Foundation
import GRDB
import MartletORM

extension ORMError {
    /// What SQLite reported, as an error that names table and columns where SQLite does.
    init(_ error: DatabaseError, statement: String) {
        let words = error.message ?? "unknown error"
        let names = Self.columns(in: words)
        let place = statement.count > 300 ? "\(statement.prefix(300))…" : statement
        self.init(
            Self.code(of: error, words), "\(words) — in: \(place)\(Self.advice(for: error, words))",
            table: names.first?.table, columns: names.map(\.column), cause: error)
    }

    static func busy(_ timeout: Duration, cause: DatabaseError) -> ORMError {
        ORMError(
            .busy,
            "Another process has been writing to the database for more than \(timeout). "
                + "Keep transactions short, or raise SQLiteOptions.busyTimeout.",
            cause: cause)
    }

    private static func code(of error: DatabaseError, _ words: String) -> Code {
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: .uniqueViolation
        case .SQLITE_CONSTRAINT_NOTNULL: .notNullViolation
        case .SQLITE_CONSTRAINT_FOREIGNKEY: .foreignKeyViolation
        // A deletion that ON DELETE RESTRICT refuses is reported as a trigger's.
        case .SQLITE_CONSTRAINT_TRIGGER where words.hasPrefix("FOREIGN KEY"): .foreignKeyViolation
        // A value of another type than the column's.
        case .SQLITE_CONSTRAINT_DATATYPE: .invalidValue
        case _ where error.resultCode == .SQLITE_CONSTRAINT: .checkViolation
        case _ where error.resultCode == .SQLITE_READONLY: .readOnly
        case _ where error.resultCode == .SQLITE_BUSY: .busy
        default: .database
        }
    }

    private static func advice(for error: DatabaseError, _ words: String) -> String {
        switch code(of: error, words) {
        case .uniqueViolation:
            ". A row with these values is there already; look it up first, or use onConflict: .ignore."
        case .foreignKeyViolation:
            ". Either the row referred to does not exist, or a row that still refers to this one protects it."
        case .invalidValue: ". Give a value that the column can hold."
        case .notNullViolation: ". Give the column a value, or make the property optional in a migration."
        default: "."
        }
    }

    /// The columns in words such as "UNIQUE constraint failed: client.email, client.name".
    private static func columns(in words: String) -> [(table: String, column: String)] {
        guard let colon = words.range(of: "constraint failed: ") else { return [] }
        return words[colon.upperBound...].split(separator: ", ").compactMap { name in
            let parts = name.split(separator: ".", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }
}
