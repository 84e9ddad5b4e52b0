/// What is around each call to another service that a piece of work makes, its child tasks included.
///
/// ```swift
/// try await CallObserver.$current.withValue({ endpoint, call in
///     print(endpoint)
///     try await call()
/// }) { try await page() }
/// ```
///
/// Calls in the same process count as those over HTTP do: where a service runs is configuration.
public enum CallObserver {
    /// Runs around a call, given the endpoint: `projects.project (GET /projects/{id})`.
    ///
    /// It runs `call` exactly once and throws what that throws.
    public typealias Observe = @Sendable (_ endpoint: String, _ call: () async throws -> Void) async throws -> Void

    /// The observer of the task; none by default.
    @TaskLocal public static var current: Observe?

    /// Makes a call within the observer of the task.
    public static func observing<Value>(
        _ endpoint: @autoclosure () -> String, _ call: () async throws -> Value
    ) async throws -> Value {
        guard let current else { return try await call() }
        var value: Value?
        try await current(endpoint()) { value = try await call() }
        if let value { return value }
        return try await call()
    }
}
