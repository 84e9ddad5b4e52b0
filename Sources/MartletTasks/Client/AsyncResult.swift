/// The result of a task that may not have run yet.
///
/// For a group it stands for all its members: the value is there when all have succeeded.
public struct AsyncResult<Output: Sendable>: Sendable {
    let shape: ResultShape
    private let results: any ResultBackend
    private let time: TimeSource
    private let decode: @Sendable (JSONValue) throws -> Output

    init(
        shape: ResultShape, results: any ResultBackend, time: TimeSource,
        decode: @escaping @Sendable (JSONValue) throws -> Output
    ) {
        self.shape = shape
        self.results = results
        self.time = time
        self.decode = decode
    }

    /// The id of the task, or of the group.
    public var id: String { shape.id }

    /// The ids of all tasks whose results make up the value.
    public var taskIDs: [String] { shape.taskIDs }

    /// Waits for the value; does not poll.
    ///
    /// - Parameter timeout: How long at most; `nil` waits as long as it takes.
    /// - Throws: ``TaskError`` with code `taskFailed`, `taskRevoked`, `timedOut` or `decodingFailed`.
    public func value(timeout: Duration? = nil) async throws -> Output {
        let values = try await withTimeout(timeout) { try await collect() }
        do {
            return try decode(shape.value(values))
        } catch let error as TaskError {
            throw TaskError(
                .decodingFailed, "the result of task \(id) is not a \(Output.self): \(error.message)", cause: error)
        }
    }

    /// Waits for the task to end in any way.
    ///
    /// - Throws: ``TaskError`` with code `timedOut`.
    public func wait(timeout: Duration? = nil) async throws {
        try await withTimeout(timeout) {
            for id in shape.taskIDs { _ = try await results.wait(for: id) }
        }
    }

    /// The state now; a task nothing is known about is PENDING.
    ///
    /// A group has failed when one member has.
    public func state() async throws -> TaskState {
        let stored = try await results.fetch(shape.taskIDs)
        let states = shape.taskIDs.map { stored[$0]?.state ?? .pending }
        if states.count == 1 { return states[0] }
        if let failed = states.first(where: { $0 == .failure || $0 == .revoked }) { return failed }
        if states.allSatisfy({ $0 == .success }) { return .success }
        return states.contains { $0 != .pending } ? .started : .pending
    }

    /// How far it is: what the task has told, or how many members of a group have ended.
    ///
    /// `nil` if nothing is known.
    public func progress() async throws -> TaskProgress? {
        let stored = try await results.fetch(shape.taskIDs)
        if case .group(_, let members) = shape {
            return TaskProgress(done: stored.values.count { $0.state.isFinal }, total: members.flatMap(\.taskIDs).count)
        }
        guard let result = stored[shape.id] else { return nil }
        if result.state == .success { return TaskProgress(done: 1, total: 1) }
        return result.state.isFinal ? nil : TaskProgress(json: result.value)
    }

    /// The members of a group, or `nil` for a single task.
    public var group: GroupResult? {
        guard case .group(let id, let members) = shape else { return nil }
        return GroupResult(id: id, taskIDs: members.flatMap(\.taskIDs), results: results)
    }

    /// What is stored, member by member, without waiting.
    public func stored() async throws -> [TaskResult] {
        let stored = try await results.fetch(shape.taskIDs)
        return shape.taskIDs.compactMap { stored[$0] }
    }

    /// Forgets what is stored.
    public func forget() async throws { try await results.forget(shape.taskIDs) }

    private func collect() async throws -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for id in shape.taskIDs {
            let result = try await results.wait(for: id)
            guard result.state == .success else { throw Self.error(for: result) }
            values[id] = result.value
        }
        return values
    }

    private static func error(for result: TaskResult) -> TaskError {
        let failure = TaskFailure(json: result.value)
        let task = result.name.map { "task '\($0)' (\(result.taskID))" } ?? "task \(result.taskID)"
        return TaskError(
            result.state == .revoked ? .taskRevoked : .taskFailed, "\(task) ended as \(result.state): \(failure)",
            failure: failure)
    }

    private func withTimeout<Value: Sendable>(
        _ timeout: Duration?, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let timeout else { return try await work() }
        let time = time
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
