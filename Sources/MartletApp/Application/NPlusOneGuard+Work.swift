import MartletORM
import MartletServices
import MartletTasks

extension NPlusOneGuard {
    /// Watches a piece of work: its statements, and its calls to other services.
    func watchWithCalls<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        try await CallObserver.$current.withValue(QueryRecorder.watchCall) { try await watch(body) }
    }
}

extension TaskDefinition {
    /// The same task, each run of which is watched.
    func watched(by queries: NPlusOneGuard) -> TaskDefinition {
        TaskDefinition(name, parameters: parameters, options: options) { [body] arguments, context in
            try await queries.watchWithCalls { try await body(arguments, context) }
        }
    }
}
