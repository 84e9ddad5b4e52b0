import GRDBSQLite

/// The floor: SQLite's C interface and a loop that reads every column, without objects, for (a), (b) and (e).
struct SQLiteFloor: ~Copyable {
    private let connection: OpaquePointer
    private let counts: Counts

    init(path: String, counts: Counts) throws {
        var connection: OpaquePointer?
        let code = sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let connection else { throw BenchmarkError("SQLite cannot open \(path): \(code)") }
        self.connection = connection
        self.counts = counts
    }

    deinit { sqlite3_close(connection) }

    func run(_ workload: Workload) throws -> Int? {
        switch workload {
        case .join:
            try rows(of: Self.join + " ORDER BY b.id LIMIT 10000").count
        case .prefetch: try prefetch()
        case .get: try get()
        case .lazy, .insert, .page, .awaitedGet: nil
        }
    }

    private static let columns =
        "b.id, b.title, b.isbn, b.pages, b.price_cents, b.rating, b.published, b.author_id, b.publisher_id"
    private static let join = """
        SELECT \(columns), a.id, a.name, a.email, a.birth_year, p.id, p.name, p.city
        FROM book b JOIN author a ON a.id = b.author_id JOIN publisher p ON p.id = b.publisher_id
        """

    private func prefetch() throws -> Int {
        let authors = try rows(of: "SELECT id, name, email, birth_year FROM author WHERE id <= 1000 ORDER BY id")
        let books = try rows(
            of: "SELECT \(Self.columns) FROM book b WHERE b.author_id IN (SELECT value FROM json_each(?))",
            keys: authors.keys)
        let tags = try rows(
            of: """
                SELECT t.id, t.name, l.book_id FROM book_tag l JOIN tag t ON t.id = l.tag_id
                WHERE l.book_id IN (SELECT value FROM json_each(?))
                """, keys: books.keys)
        return authors.count + books.count + tags.count
    }

    private func get() throws -> Int {
        let statement = try prepare("SELECT \(Self.columns) FROM book b WHERE b.id = ?")
        defer { sqlite3_finalize(statement) }
        var rows = 0
        for id in 1...counts.gets {
            sqlite3_reset(statement)
            sqlite3_bind_int64(statement, 1, Int64(id))
            guard sqlite3_step(statement) == SQLITE_ROW else { continue }
            if read(statement) == Int64(id) { rows += 1 }
        }
        return rows
    }

    /// Reads all rows of a statement; what is kept is their number and first columns.
    private func rows(of sql: String, keys: [Int64]? = nil) throws -> (count: Int, keys: [Int64]) {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        if let keys {
            let text = "[" + keys.map(String.init).joined(separator: ",") + "]"
            sqlite3_bind_text(statement, 1, text, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }
        var found: [Int64] = []
        while sqlite3_step(statement) == SQLITE_ROW { found.append(read(statement)) }
        return (found.count, found)
    }

    /// Reads each column as its type and returns the first, a key.
    private func read(_ statement: OpaquePointer) -> Int64 {
        let key = sqlite3_column_int64(statement, 0)
        for column in 1..<sqlite3_column_count(statement) {
            switch sqlite3_column_type(statement, column) {
            case SQLITE_INTEGER: _ = sqlite3_column_int64(statement, column)
            case SQLITE_FLOAT: _ = sqlite3_column_double(statement, column)
            default: _ = sqlite3_column_text(statement, column)
            }
        }
        return key
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw BenchmarkError("SQLite cannot prepare \(sql): \(String(cString: sqlite3_errmsg(connection)))")
        }
        return statement
    }
}
