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
}

extension RecordedStatement: CustomStringConvertible {
    /// The text, its bindings, and where the query stands.
    public var description: String {
        let values = bindings.isEmpty ? "" : " ← \(bindings.map(\.description).joined(separator: ", "))"
        return text + values + (executions > 1 ? " ×\(executions)" : "") + (location.map { " (\($0))" } ?? "")
    }
}

/// Counts and keeps the statements that a piece of work runs, child tasks included.
///
/// ```swift
/// let (page, statements) = try await QueryRecorder.record { try await invoicePage(7) }
/// ```
///
/// What begins, ends and nests transactions is not recorded. Recorders nest: an outer one sees all of an inner one.
public final class QueryRecorder: Sendable {
    @TaskLocal static var current: QueryRecorder?

    private let recorded = Mutex<[RecordedStatement]>([])
    private let outer: QueryRecorder?

    private init(outer: QueryRecorder?) {
        self.outer = outer
    }

    /// Runs `body` and returns its value with the statements that ran within it, in order of completion.
    public static func record<Value>(
        _ body: () async throws -> Value
    ) async rethrows -> (value: Value, statements: [RecordedStatement]) {
        let recorder = QueryRecorder(outer: current)
        let value = try await $current.withValue(recorder) { try await body() }
        return (value, recorder.recorded.withLock { $0 })
    }

    func add(_ statement: RecordedStatement) {
        recorded.withLock { $0.append(statement) }
        outer?.add(statement)
    }
}

extension DatabaseSession {
    /// Runs a statement, tells the recorder of the task, and puts the place of the call into an error.
    func perform<Row: Sendable>(
        _ statement: Statement, decode: @escaping @Sendable (inout RowDecoder) throws -> Row
    ) async throws -> StatementResult<Row> {
        try await recording(statement) {
            let result = try await run(statement, decode: decode)
            return (result, result.rows.count)
        }
    }

    /// Streams a statement, tells the recorder of the task, and puts the place of the call into an error.
    func performStream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        try await recording(statement) {
            var count = 0
            try await stream(statement, chunk: chunk, decode: decode) { rows in
                count += rows.count
                try await body(rows)
            }
            return ((), count)
        }
    }

    private func recording<Value>(
        _ statement: Statement, _ work: () async throws -> (value: Value, rows: Int)
    ) async throws -> Value {
        let recorder = QueryRecorder.current
        let start = recorder == nil ? nil : ContinuousClock.now
        do {
            let result = try await work()
            if let recorder, let start {
                recorder.add(
                    RecordedStatement(
                        text: statement.text, bindings: statement.bindings.first ?? [],
                        executions: statement.bindings.count, rows: result.rows,
                        duration: start.duration(to: .now), location: statement.location))
            }
            return result.value
        } catch var error as ORMError {
            error.location = error.location ?? statement.location
            throw error
        }
    }
}
