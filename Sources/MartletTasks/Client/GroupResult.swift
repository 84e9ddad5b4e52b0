/// The members of a group on their way.
public struct GroupResult: Sendable {
    /// The id of the group.
    public let id: String
    /// The ids of its tasks in order.
    public let taskIDs: [String]
    private let results: any ResultBackend

    init(id: String, taskIDs: [String], results: any ResultBackend) {
        self.id = id
        self.taskIDs = taskIDs
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
