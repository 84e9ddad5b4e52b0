/// The members of a group on their way.
public struct GroupResult: Sendable {
    /// The id of the group.
    public let id: String
    /// The ids of its tasks in order.
    public let taskIDs: [String]
    private let shape: ResultShape
    private let results: any ResultBackend

    init(_ shape: ResultShape, results: any ResultBackend) {
        id = shape.id
        taskIDs = shape.taskIDs
        self.shape = shape
        self.results = results
    }

    /// How many members there are.
    public var count: Int { taskIDs.count }

    /// How many members have succeeded (Celery's `completed_count`).
    public func completedCount() async throws -> Int {
        try await results.fetch(taskIDs).values.count { $0.state == .success }
    }

    /// The state of each member, in order.
    public func states() async throws -> [TaskState] {
        let stored = try await results.fetch(taskIDs)
        return taskIDs.map { stored[$0]?.state ?? .pending }
    }
}

// MARK: - Kept under its id

extension GroupResult {
    private static let state: TaskState = "GROUP"

    /// Nothing a task can be named: ids have no spaces.
    private static func key(_ id: String) -> String { "group \(id)" }

    /// Keeps in the result backend which tasks the group has, for ``TaskClient/group(_:as:)``.
    ///
    /// It is kept as long as any result.
    public func save() async throws {
        var stored = TaskResult(taskID: Self.key(id), state: Self.state, value: ResultReference(shape).json)
        stored.groupID = id
        try await results.store([stored])
    }

    /// Forgets which tasks the group has; their results stay.
    public func delete() async throws { try await results.forget([Self.key(id)]) }

    static func restore(_ id: String, from results: any ResultBackend) async throws -> ResultReference? {
        guard let stored = try await results.fetch([key(id)])[key(id)] else { return nil }
        return try ResultReference(json: stored.value)
    }
}

extension TaskClient {
    /// The result of a group that was kept under its id with ``GroupResult/save()`` (Celery's `GroupResult.restore`).
    ///
    /// - Returns: `nil` when there is none, or not any more.
    public func group<Value: Decodable & Sendable>(
        _ id: String, as type: Value.Type = Value.self
    ) async throws -> AsyncResult<[Value]>? {
        try await GroupResult.restore(id, from: results).map { result(at: $0) }
    }
}
