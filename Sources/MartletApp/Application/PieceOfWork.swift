import MartletORM
import MartletServices
import MartletTasks

/// What is around each request and each run of a task: reads follow its own writes, and in development N+1 queries are found.
struct PieceOfWork: Sendable {
    /// What warns of N+1 queries; `nil` in production.
    let queries: NPlusOneGuard?

    func run<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        try await RoutedDatabase.readingOwnWrites {
            guard let queries else { return try await body() }
            return try await CallObserver.$current.withValue(QueryRecorder.watchCall) { try await queries.watch(body) }
        }
    }
}

extension TaskDefinition {
    /// The same task, each run of which is a piece of work.
    func within(_ work: PieceOfWork) -> TaskDefinition {
        TaskDefinition(name, parameters: parameters, options: options) { [body] arguments, context in
            try await work.run { try await body(arguments, context) }
        }
    }
}
