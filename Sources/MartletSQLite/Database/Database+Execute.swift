import GRDB
import MartletORM

extension GRDB.Database {
    /// Runs a statement that is compiled once for each connection.
    func execute(cached sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []) throws {
        try PreparedStatement(sql, on: self).run(arguments.map { SQLValue(binding: $0) }) { _ in }
    }
}
