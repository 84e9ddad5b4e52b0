import GRDB

/// The function behind `reversed`, which SQLite itself does not have.
enum ReverseFunction {
    /// Adds the function to a connection; it turns code points around, as PostgreSQL's does.
    static func add(to database: GRDB.Database) {
        database.add(
            function: DatabaseFunction("reverse", argumentCount: 1, pure: true) { values in
                guard let text = String.fromDatabaseValue(values[0]) else { return nil }
                return String(String.UnicodeScalarView(text.unicodeScalars.reversed()))
            })
    }
}
