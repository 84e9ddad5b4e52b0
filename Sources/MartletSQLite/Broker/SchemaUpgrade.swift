import GRDB

import enum MartletORM.SQLValue

/// What the tables of a file made by an earlier version lack.
enum SchemaUpgrade {
    /// A column that a table did not have from the beginning.
    struct Column {
        let name: String
        let type: String
    }

    /// Adds the columns a table does not have yet.
    static func add(_ columns: [Column], to table: String, _ db: Database) throws {
        var present: Set<String> = []
        try PreparedStatement("SELECT name FROM pragma_table_info(?)", on: db).run([.text(table)]) { row in
            if let name = row.text(at: 0) { present.insert(name) }
        }
        for column in columns where !present.contains(column.name) {
            try db.execute(sql: statement(adding: column, to: table))
        }
    }

    static func statement(adding column: Column, to table: String) -> String {
        "ALTER TABLE \(table) ADD COLUMN \(column.name) \(column.type)"
    }
}
