/// The result of a task that may not have run yet.
///
/// For a group it stands for all its members: the value is there when all have succeeded.
public struct AsyncResult<Output: Sendable>: Sendable {
    let shape: ResultShape
    let client: TaskClient
    /// Whether nothing was sent, since the same unique task is already there; this is the result of that one.
    public internal(set) var isDuplicate = false
    private let decode: @Sendable (JSONValue) throws -> Output

    var results: any ResultBackend { client.results }

    init(shape: ResultShape, client: TaskClient, decode: @escaping @Sendable (JSONValue) throws -> Output) {
        self.shape = shape
        self.client = client
        self.decode = decode
    }

    /// This result, or that of the task that was there already.
    package func held(by holders: [String: String]) -> AsyncResult {
        guard shape.taskIDs.contains(where: { holders[$0] != nil }) else { return self }
        var held = AsyncResult(shape: shape.held(by: holders), client: client, decode: decode)
        held.isDuplicate = true
        return held
    }

    /// The id of the task, or of the group.
    public var id: String { shape.id }

    /// The ids of all tasks whose results make up the value.
    public var taskIDs: [String] { shape.taskIDs }

    /// Waits for the value; does not poll.
    ///
    /// Inside of a task it is an error to wait for another, as in Celery: the task would keep its place in the worker, and
    /// when all places wait for tasks that have none, nothing goes on. A chain or a chord does without waiting. A value
    /// that is there already is given.
    ///
    /// - Parameters:
    ///   - timeout: How long at most; `nil` waits as long as it takes.
    ///   - disablesSyncSubtasks: Whether waiting inside of a task is an error; with `false` it waits, at your risk.
    /// - Throws: ``TaskError`` with code `taskFailed`, `taskRevoked`, `timedOut`, `decodingFailed` or `waitsInTask`.
    public func value(timeout: Duration? = nil, disablesSyncSubtasks: Bool = true) async throws -> Output {
        if disablesSyncSubtasks { try await refuseWaitingInTask() }
        let values = try await withTimeout(timeout) { try await allValues() }
        do {
            return try decode(shape.value(values))
        } catch let error as TaskError {
            throw TaskError(
                .decodingFailed, "the result of task \(id) is not a \(Output.self): \(error.message)", cause: error)
        }
    }

    /// Waits for the task to end in any way; how it ended is no error (Celery's `get(propagate=False)`).
    ///
    /// - Parameters:
    ///   - timeout: How long at most; `nil` waits as long as it takes.
    ///   - disablesSyncSubtasks: See ``value(timeout:disablesSyncSubtasks:)``.
    /// - Throws: ``TaskError`` with code `timedOut` or `waitsInTask`.
    public func wait(timeout: Duration? = nil, disablesSyncSubtasks: Bool = true) async throws {
        if disablesSyncSubtasks { try await refuseWaitingInTask() }
        try await withTimeout(timeout) {
            for id in shape.taskIDs { _ = try await results.wait(for: id) }
        }
    }

    /// The members of a group, or `nil` for a single task.
    public var group: GroupResult? {
        guard case .group = shape else { return nil }
        return GroupResult(shape, results: results)
    }

    /// Forgets what is stored.
    public func forget() async throws { try await results.forget(shape.taskIDs) }

    /// Keeps the task, or all members of the group, from running; what runs already goes on unless `terminate`.
    ///
    /// - Throws: ``TaskError`` with code `unsupported` when the broker keeps no revocations.
    public func revoke(terminate: Bool = false) async throws {
        try await client.revoke(shape.taskIDs, terminate: terminate)
    }

    private func allValues() async throws -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for id in shape.taskIDs {
            let result = try await results.wait(for: id)
            guard result.state == .success else { throw TaskError(endOf: result) }
            values[id] = result.value
        }
        return values
    }

    func withTimeout<Value: Sendable>(
        _ timeout: Duration?, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let timeout else { return try await work() }
        let time = client.time
        let id = id
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await time.sleep(for: timeout)
                throw TaskError(
                    .timedOut,
                    "no result of task \(id) within \(timeout); is a worker running for its queue?")
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}

extension TaskError {
    /// The error of a task that has ended without success.
    init(endOf result: TaskResult) {
        let failure = TaskFailure(json: result.value)
        let task = result.name.map { "task '\($0)' (\(result.taskID))" } ?? "task \(result.taskID)"
        self.init(
            result.state == .revoked ? .taskRevoked : .taskFailed, "\(task) ended as \(result.state): \(failure)",
            failure: failure)
    }
}
