import CLibPQ
import MartletORM
import Synchronization

/// A connection on loan: runs statements and decodes their rows.
///
/// What is asked for at the same time, from child tasks, travels together: the statements follow each other on the wire
/// without waiting for answers.
final class PostgresSession: DatabaseSession {
    let dialect = Dialect.postgreSQL
    /// True: they follow each other on the wire.
    let sendsTogether = true
    let connection: PostgresConnection
    private let types: TypeCatalog
    private let preparesStatements: Bool
    /// Whether nobody else has a connection of the pool.
    private let isAlone: @Sendable () -> Bool
    let isTransaction: Bool
    private let hasEnded = Atomic(false)
    private let cursors = Atomic(0)

    init(
        _ connection: PostgresConnection, _ types: TypeCatalog, prepares: Bool, isTransaction: Bool,
        isAlone: @escaping @Sendable () -> Bool
    ) {
        self.isAlone = isAlone
        self.connection = connection
        self.types = types
        self.isTransaction = isTransaction
        preparesStatements = prepares
    }

    func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts {
        try checkOpen()
        // Several trips are one transaction, as one trip is.
        guard !isTransaction, statement.bindings.count > StatementTrips.length else {
            return try await execute(statement, sink)
        }
        return try await connection.bracket("BEGIN") { try await execute(statement, sink) }
    }

    /// Lets nothing run here any more.
    func end() {
        hasEnded.store(true, ordering: .releasing)
    }

    /// Throws when nothing may run here any more.
    func checkOpen() throws(ORMError) {
        guard hasEnded.load(ordering: .acquiring) else { return }
        throw ORMError(
            .transactionEnded,
            "This transaction is over: its closure has returned. Use it only inside, and await all work in it.")
    }

    /// A name that no other cursor of the session has.
    func nextCursor() -> String {
        "martlet_\(cursors.add(1, ordering: .relaxed).newValue)"
    }

    func execute(_ statement: Statement, _ sink: RowSink) async throws -> StatementCounts {
        let trips = StatementTrips(statement, isPrepared: preparesStatements && Self.isWorthPreparing(statement.text))
        guard trips.count > 1 else {
            guard trips.count == 1 else { return StatementCounts(rows: 0, changes: 0) }
            let results = try await send(try trips.request(0), isCancellable: !statement.ignoresCancellation)
            sink.begin(max(statement.bindings.count, results.first?.rowCount ?? 0))
            return StatementCounts(rows: try await decode(results, sink), changes: results.changes)
        }
        return try await execute(trips, sink)
    }

    /// Makes each trip ready while the one before is under way, and reads what came back of it while the next one is.
    private func execute(_ trips: StatementTrips, _ sink: RowSink) async throws -> StatementCounts {
        var counts = StatementCounts(rows: 0, changes: 0)
        var request = try trips.request(0)
        var answered: [PostgresResult] = []
        sink.begin(trips.statement.bindings.count)
        for trip in 0..<trips.count {
            let current = request
            async let answer = send(current, isCancellable: !trips.statement.ignoresCancellation)
            let next = try trip + 1 < trips.count ? trips.request(trip + 1) : nil
            counts.rows += try await decode(answered, sink)
            answered = try await answer
            counts.changes += answered.changes
            if let next { request = next }
        }
        counts.rows += try await decode(answered, sink)
        return counts
    }

    /// Runs a statement, once more when what was prepared no longer fits.
    private func send(_ request: PipelineRequest, isCancellable: Bool) async throws -> [PostgresResult] {
        do {
            // A thread that waits is no loss while nobody else asks; else it would keep others from asking.
            let inPlace = !Statement.travelsTogether && isAlone()
            return try await connection.run(request, isCancellable: isCancellable, inPlace: inPlace).results
        } catch is StaleStatement {
            do {
                return try await connection.run(request, isCancellable: isCancellable).results
            } catch let again as StaleStatement {
                throw again.error
            }
        }
    }

    private func decode(_ results: [PostgresResult], _ sink: RowSink) async throws -> Int {
        guard let first = results.first(where: { $0.rowCount > 0 }) else { return 0 }
        let shape = try await shape(of: first)
        var rows = 0
        for result in results {
            rows += result.rowCount
            try await decode(result, shape, sink)
        }
        return rows
    }

    /// Gives the rows of a result to the sink, those of a large one on two threads.
    private func decode(_ result: PostgresResult, _ shape: ResultShape, _ sink: RowSink) async throws {
        let count = result.rowCount
        guard count >= Self.rowsForTwo, SocketLoop.hasProcessorToSpare, let fork = sink.fork?() else {
            return try PostgresRowReader(result, shape).decode(0..<count, sink.take)
        }
        async let rest: Void = PostgresRowReader(result, shape).decode(count / 2..<count, fork.sink.take)
        try PostgresRowReader(result, shape).decode(0..<count / 2, sink.take)
        try await rest
        fork.join()
    }

    /// So many rows take some times as long to decode as it takes to wake another thread.
    private static let rowsForTwo = 2000

    private func shape(of result: PostgresResult) async throws -> ResultShape {
        do {
            return try types.shape(of: result)
        } catch {
            try await lookUp(error.oids)
            return try types.shape(of: result)
        }
    }

    /// Asks for types that are none of PostgreSQL's own, once for all connections.
    private func lookUp(_ oids: [UInt32]) async throws {
        let values = try ParameterBuffer([.array(oids.map { .integer(Int64($0)) })])
        let request = PipelineRequest(text: TypeCatalog.query, parameters: [values], isPrepared: false)
        var found: [(oid: UInt32, type: WireType)] = oids.map { ($0, .other("type \($0)")) }
        for result in try await connection.run(request).results where result.rowCount > 0 {
            let shape = try types.shape(of: result)
            let reader = PostgresRowReader(result, shape)
            for row in 0..<Int32(result.rowCount) {
                reader.row = row
                guard let oid = reader.integer(at: 0), let name = reader.text(at: 1), let send = reader.text(at: 2)
                else { continue }
                found.append((UInt32(truncatingIfNeeded: oid), WireType(name: name, sendFunction: send)))
            }
        }
        types.add(found)
    }

    /// Whether a text is one that comes again: what defines tables or controls transactions is not.
    private static func isWorthPreparing(_ text: String) -> Bool {
        if text.hasPrefix("SELECT ") { return true }
        let word = text.drop { $0.isWhitespace || $0 == "(" }.prefix { $0.isLetter }
        return ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "MERGE"].contains(word.uppercased())
    }
}

extension PostgresConnection {
    /// Runs `body` between the beginning and the end of a transaction; whatever happens, none is left open.
    ///
    /// The beginning travels with the first statement.
    ///
    /// - Parameter isReadOnly: Whether nothing was written, so that nobody need wait for the end.
    func bracket<Value>(
        _ begin: String, isReadOnly: Bool = false, _ body: () async throws -> Value
    ) async throws -> Value {
        prefix(begin)
        do {
            let value = try await body()
            try Task.checkCancellation()
            if dropPrefix() { return value }
            if isReadOnly { part(with: .control("COMMIT")) } else { try await commit() }
            return value
        } catch {
            await rollBack()
            throw error
        }
    }

    private func commit() async throws {
        let outcome = try await run(.control("COMMIT"), isCancellable: false)
        guard outcome.results.first?.tag == "COMMIT" else {
            throw ORMError(
                .transactionAborted,
                "PostgreSQL has rolled this transaction back after an error; let the error leave the closure, or run "
                    + "what may fail in a savepoint: tx.transaction { … }.")
        }
    }

    /// Ends a transaction that is open; a connection on which that is not possible is closed.
    func rollBack() async {
        if dropPrefix() { return }
        // A request to cancel that came late may hit the first one.
        for _ in 0..<2 where transactionStatus != PQTRANS_IDLE {
            _ = try? await run(.control("ROLLBACK"), isCancellable: false)
        }
        if transactionStatus != PQTRANS_IDLE { close() }
    }
}

extension [PostgresResult] {
    /// How many rows were inserted, updated or deleted.
    fileprivate var changes: Int { reduce(0) { $0 + $1.changes } }
}

extension PipelineRequest {
    /// A statement without values that is not prepared.
    static func control(_ text: String) -> PipelineRequest {
        PipelineRequest(text: text, parameters: [try? ParameterBuffer([])].compactMap { $0 }, isPrepared: false)
    }
}
