import MartletORM
import MartletSQLite
import MartletTesting
import Testing

/// The example of docs/writing-a-database.md: a driver of one's own in front of another one.
///
/// It is made of MartletORM's public protocols alone, and must keep every promise of a database.
@Suite struct DriverInFrontTests {
    @Test func keepsThePromisesOfADatabase() async throws {
        try await exerciseDatabase(transactions: 1) {
            Database(driver: SlowQueryDriver(base: try SQLiteDatabase.temporary(), limit: .seconds(60)) { _, _ in })
        }
    }

    @Test func tellsOfSlowStatements() async throws {
        let told = AsyncStream<String>.makeStream()
        let base = try SQLiteDatabase.temporary()
        let database = Database(driver: SlowQueryDriver(base: base, limit: .zero) { text, _ in told.1.yield(text) })
        _ = try await database.rows("SELECT 1 AS n")
        for await text in told.0 {
            #expect(text == "SELECT 1 AS n")
            break
        }
        try await database.close()
    }
}

/// Tells of statements that take longer than a limit.
private struct SlowQueryDriver: DatabaseDriver {
    let base: Database
    let limit: Duration
    let onSlow: @Sendable (_ text: String, _ time: Duration) -> Void
    var dialect: Dialect { base.dialect }

    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await base.withSession(kind) { try await body(Session(base: $0, driver: self)) }
    }

    func close() async throws { try await base.close() }

    struct Session: DatabaseSession {
        let base: any DatabaseSession
        let driver: SlowQueryDriver
        var dialect: Dialect { base.dialect }
        var sendsTogether: Bool { base.sendsTogether }

        func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts {
            let start = ContinuousClock.now
            let counts = try await base.run(statement, into: sink)
            let time = ContinuousClock.now - start
            if time > driver.limit { driver.onSlow(statement.text, time) }
            return counts
        }

        func stream<Row: Sendable>(
            _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
            _ body: ([Row]) async throws -> Void
        ) async throws {
            try await base.stream(statement, chunk: chunk, decode: decode, body)
        }
    }
}
