import Synchronization

/// A statement that ran, as a ``QueryRecorder`` saw it.
public struct RecordedStatement: Sendable, Hashable {
    /// The text, with a placeholder for each binding.
    public let text: String
    /// The first set of bound values.
    public let bindings: [SQLValue]
    /// How often it ran in its trip: more than 1 only for writes in bulk.
    public let executions: Int
    /// The number of rows it returned.
    public let rows: Int
    /// The time from asking to the last decoded row.
    public let duration: Duration
    /// Where the query stands in the source.
    public let location: CallSite?
    /// Which models it reads, when a query made it.
    public let origin: StatementOrigin?
}

extension RecordedStatement: CustomStringConvertible {
    /// The text, its bindings, and where the query stands.
    public var description: String {
        let values = bindings.isEmpty ? "" : " ← \(bindings.map(\.description).joined(separator: ", "))"
        return text + values + (executions > 1 ? " ×\(executions)" : "") + (location.map { " (\($0))" } ?? "")
    }
}

/// Keeps the statements that a piece of work runs, child tasks included, or watches them in groups.
///
/// ```swift
/// let (page, statements) = try await QueryRecorder.record { try await invoicePage(7) }
/// ```
///
/// What begins, ends and nests transactions is not recorded. Recorders nest: an outer one sees all of an inner one.
public final class QueryRecorder: Sendable {
    @TaskLocal static var current: QueryRecorder?
    /// The call to another service within which the task runs.
    @TaskLocal private static var endpoint: String?

    /// How many recorders watch in the whole process: rows ask for the task's recorder only when there is one.
    private static let watching = Atomic(0)

    /// What is kept: every statement, or groups of them.
    private struct Memory: Sendable {
        var statements: [RecordedStatement]?
        var log: QueryLog?

        mutating func change(_ change: (inout QueryLog) -> Void) {
            guard var changed = log.take() else { return }
            change(&changed)
            log = changed
        }
    }

    private let memory: Mutex<Memory>
    private let outer: QueryRecorder?

    private init(_ memory: Memory, outer: QueryRecorder?) {
        self.memory = Mutex(memory)
        self.outer = outer
    }

    /// Runs `body` and returns its value with the statements that ran within it, in order of completion.
    public static func record<Value>(
        _ body: () async throws -> Value
    ) async rethrows -> (value: Value, statements: [RecordedStatement]) {
        let recorder = QueryRecorder(Memory(statements: []), outer: current)
        let value = try await $current.withValue(recorder) { try await body() }
        return (value, recorder.memory.withLock { $0.statements ?? [] })
    }

    /// Runs `body` and returns its value; tells in groups what ran within it, however it ends.
    ///
    /// It keeps groups of statements instead of all of them, so it may watch work of any length. ``NPlusOneGuard`` is made
    /// of it.
    ///
    /// - Parameter onEnd: Called once, when `body` has returned or thrown.
    public static func watch<Value>(
        _ body: () async throws -> Value, onEnd: (QueryReport) -> Void
    ) async rethrows -> Value {
        let recorder = QueryRecorder(Memory(log: QueryLog()), outer: current)
        watching.add(1, ordering: .relaxed)
        defer {
            watching.subtract(1, ordering: .relaxed)
            onEnd((recorder.memory.withLock { $0.log } ?? QueryLog()).report)
        }
        return try await $current.withValue(recorder) { try await body() }
    }

    /// Makes a call to another service, and counts it in the recorders of the task under the endpoint's name.
    ///
    /// What the other service asks within it, in the same process, counts for each call by itself. It is made to be the
    /// `CallObserver` of MartletTasks: `CallObserver.$current.withValue(QueryRecorder.watchCall) { … }`.
    public static func watchCall(to endpoint: String, _ call: () async throws -> Void) async rethrows {
        guard let recorder = current else { return try await call() }
        let start = ContinuousClock.now
        defer {
            let duration = start.duration(to: .now)
            recorder.change { $0.addCall(to: endpoint, duration) }
        }
        try await $endpoint.withValue(endpoint) { try await call() }
    }

    /// Notes that a loaded relation was read: one load of a number unless a recorder watches somewhere.
    @usableFromInline
    static func noteRead(of relation: any Relation.Type) {
        guard watching.load(ordering: .relaxed) > 0 else { return }
        current?.change { $0.addRead(of: relation) }
    }

    /// Does pieces of work at the same time and returns their errors, in the order of the pieces.
    ///
    /// The recorder of the task is told of their statements in that order too, whichever was done first.
    static func together(_ work: [@Sendable () async throws -> Void]) async -> [any Error] {
        let outer = current
        var done = Array(repeating: (statements: [RecordedStatement](), error: (any Error)?.none), count: work.count)
        await withTaskGroup(of: (Int, [RecordedStatement], (any Error)?).self) { group in
            for (index, piece) in work.enumerated() {
                // At once, so that the pieces ask the database in their order.
                group.addImmediateTask {
                    let recorder = outer.map { _ in QueryRecorder(Memory(statements: []), outer: nil) }
                    let error = await Statement.$travelsTogether.withValue(true) {
                        await $current.withValue(recorder) { await failure(of: piece) }
                    }
                    return (index, recorder?.memory.withLock { $0.statements ?? [] } ?? [], error)
                }
            }
            for await (index, statements, error) in group { done[index] = (statements, error) }
        }
        for statement in done.flatMap(\.statements) { outer?.add(statement) }
        return done.compactMap(\.error)
    }

    private static func failure(of work: () async throws -> Void) async -> (any Error)? {
        do {
            try await work()
            return nil
        } catch {
            return error
        }
    }

    func add(_ statement: RecordedStatement) {
        memory.withLock { memory in
            memory.statements?.append(statement)
            memory.log?.add(statement, within: Self.endpoint)
        }
        outer?.add(statement)
    }

    private func change(_ change: (inout QueryLog) -> Void) {
        memory.withLock { $0.change(change) }
        outer?.change(change)
    }
}

extension DatabaseSession {
    /// Runs a statement, tells the recorder of the task, and puts the place of the call into an error.
    // Inlined: the compiler makes no version of it for a row's type, as it does not know the session's.
    @inlinable @inline(__always)
    func perform<Row: Sendable>(
        _ statement: Statement, decode: @escaping @Sendable (inout RowDecoder) throws -> Row
    ) async throws -> StatementResult<Row> {
        let collector = RowCollector(decode)
        let changes = try await perform(statement, into: collector.sink)
        return StatementResult(rows: collector.takeAll(), changes: changes)
    }

    @usableFromInline
    func perform(_ statement: Statement, into sink: RowSink) async throws -> Int {
        let watch = StatementWatch()
        do {
            let counts = try await run(statement, into: sink)
            watch?.end(statement, rows: counts.rows)
            return counts.changes
        } catch {
            throw statement.located(error)
        }
    }

    /// Streams a statement, tells the recorder of the task, and puts the place of the call into an error.
    func performStream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        let watch = StatementWatch()
        do {
            var count = 0
            try await stream(statement, chunk: chunk, decode: decode) { rows in
                count += rows.count
                try await body(rows)
            }
            watch?.end(statement, rows: count)
        } catch {
            throw statement.located(error)
        }
    }
}

/// What tells the task's recorder of a statement.
private struct StatementWatch {
    private let recorder: QueryRecorder
    private let start = ContinuousClock.now

    /// Begins to watch; `nil` where the task has no recorder.
    init?() {
        guard let recorder = QueryRecorder.current else { return nil }
        self.recorder = recorder
    }

    func end(_ statement: Statement, rows: Int) {
        recorder.add(
            RecordedStatement(
                text: statement.text, bindings: statement.bindings.first ?? [], executions: statement.bindings.count,
                rows: rows, duration: start.duration(to: .now), location: statement.location, origin: statement.origin))
    }
}

extension Statement {
    /// The error with the place of the call, if it has none.
    fileprivate func located(_ error: any Error) -> any Error {
        guard var located = error as? ORMError else { return error }
        located.location = located.location ?? location
        return located
    }
}
