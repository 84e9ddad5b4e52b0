import CPostgres

/// The floor: libpq and a loop that reads every column in binary form, without objects, for (a), (b) and (e).
struct PostgresFloor: ~Copyable {
    private let connection: OpaquePointer
    private let counts: Counts

    init(url: String, counts: Counts) throws {
        guard let connection = PQconnectdb(url), PQstatus(connection) == CONNECTION_OK else {
            throw BenchmarkError("libpq cannot connect to \(url)")
        }
        self.connection = connection
        self.counts = counts
    }

    deinit { PQfinish(connection) }

    func run(_ workload: Workload) throws -> Int? {
        switch workload {
        case .join: try rows(of: Self.join + " ORDER BY b.id LIMIT 10000").count
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
        let books = try rows(of: "SELECT \(Self.columns) FROM book b WHERE b.author_id = ANY($1)", keys: authors.keys)
        let tags = try rows(
            of:
                "SELECT t.id, t.name, l.book_id FROM book_tag l JOIN tag t ON t.id = l.tag_id WHERE l.book_id = ANY($1)",
            keys: books.keys)
        return authors.count + books.count + tags.count
    }

    private func get() throws -> Int {
        PQclear(PQprepare(connection, "get", "SELECT \(Self.columns) FROM book b WHERE b.id = $1", 0, nil))
        defer { PQclear(PQexec(connection, "DEALLOCATE get")) }
        var rows = 0
        for id in 1...counts.gets {
            let result = withArgument(String(id)) { PQexecPrepared(connection, "get", 1, $0, nil, nil, 1) }
            rows += try read(result).count
        }
        return rows
    }

    private func rows(of sql: String, keys: [Int64]? = nil) throws -> (count: Int, keys: [Int64]) {
        guard let keys else { return try read(PQexecParams(connection, sql, 0, nil, nil, nil, nil, 1)) }
        let array = "{" + keys.map(String.init).joined(separator: ",") + "}"
        return try read(withArgument(array) { PQexecParams(connection, sql, 1, nil, $0, nil, nil, 1) })
    }

    private func withArgument<Value>(
        _ text: String, _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        text.withCString { argument in
            withUnsafePointer(to: Optional(argument)) { body($0) }
        }
    }

    /// Reads each column of each row; what is kept is the number of rows and their first columns.
    private func read(_ result: OpaquePointer?) throws -> (count: Int, keys: [Int64]) {
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else {
            throw BenchmarkError("libpq: \(String(cString: PQerrorMessage(connection)))")
        }
        var keys: [Int64] = []
        for row in 0..<PQntuples(result) {
            for column in 0..<PQnfields(result) {
                guard let value = PQgetvalue(result, row, column) else { continue }
                _ = PQgetlength(result, row, column)
                guard column == 0 else { continue }
                keys.append(Int64(bigEndian: UnsafeRawPointer(value).loadUnaligned(as: Int64.self)))
            }
        }
        return (keys.count, keys)
    }
}
