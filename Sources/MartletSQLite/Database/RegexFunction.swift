import GRDB
import Synchronization

/// The function behind SQLite's `REGEXP`, which SQLite itself does not have.
enum RegexFunction {
    /// Adds the function to a connection; it keeps the pattern it was called with last.
    static func add(to database: GRDB.Database) {
        let last = Mutex<(pattern: String, regex: Regex<AnyRegexOutput>)?>(nil)
        let function = DatabaseFunction("regexp", argumentCount: 2, pure: true) { values in
            guard let pattern = String.fromDatabaseValue(values[0]), let text = String.fromDatabaseValue(values[1])
            else { return nil }
            let regex = try last.withLock { last in
                if let last, last.pattern == pattern { return last.regex }
                let regex = try compile(pattern)
                last = (pattern, regex)
                return regex
            }
            return text.contains(regex)
        }
        database.add(function: function)
    }

    private static func compile(_ pattern: String) throws -> Regex<AnyRegexOutput> {
        do {
            return try Regex(pattern)
        } catch {
            throw DatabaseError(
                resultCode: .SQLITE_ERROR, message: "\"\(pattern)\" is no regular expression: \(error)")
        }
    }
}
