import MartletORM

extension PostgresSession {
    /// Reads through a cursor of the server's, so that only one chunk is in memory; outside of a transaction it has its
    /// own.
    func stream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        try checkOpen()
        if isTransaction { return try await fetch(statement, chunk, decode, body) }
        try await connection.bracket("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY") {
            try await fetch(statement, chunk, decode, body)
        }
    }

    private func fetch<Row: Sendable>(
        _ statement: Statement, _ chunk: Int, _ decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        let cursor = nextCursor()
        var declaration = statement
        declaration.text = "DECLARE \(cursor) NO SCROLL CURSOR FOR \(statement.text)"
        declaration.bindings = Array(statement.bindings.prefix(1))
        _ = try await run(declaration) { _ in true }
        do {
            let next = Statement("FETCH \(chunk) FROM \(cursor)", at: statement.location)
            var count = chunk
            while count == chunk {
                let rows = try await run(next, decode: decode).rows
                count = rows.count
                if count > 0 { try await body(rows) }
            }
        } catch {
            // In a transaction that was aborted it is closed already.
            _ = try? await connection.run(.control("CLOSE \(cursor)"), isCancellable: false)
            throw error
        }
        _ = try await connection.run(.control("CLOSE \(cursor)"), isCancellable: false)
    }
}
