import GRDB
import MartletORM

/// A statement that stays open between pieces of work on its connection.
// Its state is touched on the connection's queue alone.
final class Cursor<Row: Sendable>: @unchecked Sendable {
    private let statement: MartletORM.Statement
    private let decode: @Sendable (inout RowDecoder) throws -> Row
    private var open: PreparedStatement?
    private var isAtEnd = false

    init(_ statement: MartletORM.Statement, _ decode: @escaping @Sendable (inout RowDecoder) throws -> Row) {
        self.statement = statement
        self.decode = decode
    }

    /// The next rows, at most so many; fewer at the end.
    func next(_ count: Int, on database: GRDB.Database) throws -> [Row] {
        if isAtEnd { return [] }
        let prepared =
            try open
            ?? PreparedStatement(unshared: statement.text, statement.bindings.first ?? [], on: database)
        open = prepared
        var rows: [Row] = []
        let hasMore = try prepared.step(count) { row in rows.append(try decode(&row)) }
        if !hasMore { close() }
        return rows
    }

    /// Finalizes the statement, which would keep its transaction open.
    func close() {
        open = nil
        isAtEnd = true
    }
}
