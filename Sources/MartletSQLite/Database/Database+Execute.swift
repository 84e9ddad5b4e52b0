import GRDB
import MartletORM

extension GRDB.Database {
    /// Runs a statement that is compiled once for each connection, on the way of every task: nothing is converted.
    func execute(cached sql: String, bindings: [SQLValue]) throws {
        try PreparedStatement(sql, on: self).run(bindings) { _ in }
    }

    /// Runs a statement that is compiled once for each connection.
    func execute(cached sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []) throws {
        try PreparedStatement(sql, on: self).run(arguments.map { SQLValue(binding: $0) }) { _ in }
    }
}
