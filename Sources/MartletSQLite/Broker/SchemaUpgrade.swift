import GRDB

/// What the tables of a file made by an earlier version lack.
enum SchemaUpgrade {
    /// A column that a table did not have from the beginning.
    struct Column {
        let name: String
        let type: String
    }

    /// Adds the columns a table does not have yet.
    static func add(_ columns: [Column], to table: String, _ db: Database) throws {
        let present = try String.fetchSet(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
        for column in columns where !present.contains(column.name) {
            try db.execute(sql: statement(adding: column, to: table))
        }
    }

    static func statement(adding column: Column, to table: String) -> String {
        "ALTER TABLE \(table) ADD COLUMN \(column.name) \(column.type)"
    }
}
