import MartletORM
import Synchronization

/// A database that a test can make unreachable, at once or in the middle of a stream, or careless of order.
final class SwitchedDatabase: DatabaseDriver {
    enum Fault: Sendable {
        case lost
        case afterFirstChunk
        case readOnly
        case inAnyOrder
    }

    let dialect: Dialect
    private let database: Database
    private let state = Mutex<(fault: Fault?, sessions: Int)>((nil, 0))

    init(_ database: Database, dialect: Dialect? = nil) {
        self.database = database
        self.dialect = dialect ?? database.dialect
    }

    /// How many sessions were asked for.
    var sessions: Int { state.withLock { $0.sessions } }

    func set(_ fault: Fault?) {
        state.withLock { $0.fault = fault }
    }

    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        let fault = state.withLock { state in
            state.sessions += 1
            return state.fault
        }
        if fault == .lost { throw ORMError(.cannotConnect, "The test has switched it off.") }
        return try await database.withSession(kind) { session in
            try await body(SwitchedSession(session: session, fault: fault))
        }
    }

    func close() async throws {
        try await database.close()
    }
}

private struct SwitchedSession: DatabaseSession {
    let session: any DatabaseSession
    let fault: SwitchedDatabase.Fault?

    var dialect: Dialect { session.dialect }

    func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts {
        if fault == .readOnly { throw ORMError(.readOnly, "A replica writes nothing.") }
        var statement = statement
        if fault == .inAnyOrder { statement.text += " ORDER BY RANDOM()" }
        return try await session.run(statement, into: sink)
    }

    func stream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        try await session.stream(statement, chunk: chunk, decode: decode) { rows in
            try await body(rows)
            if fault == .afterFirstChunk { throw ORMError(.connectionLost, "The test has cut it.") }
        }
    }
}
