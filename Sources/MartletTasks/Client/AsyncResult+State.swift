extension AsyncResult {
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

    /// What is stored, member by member, without waiting: state, value, error, when and where it ran.
    public func stored() async throws -> [TaskResult] {
        let stored = try await results.fetch(shape.taskIDs)
        return shape.taskIDs.compactMap { stored[$0] }
    }

    /// Whether anything is stored about the task; of a group, about every member.
    ///
    /// A task that waits is known if its client has ``TaskClient/Options/tracksQueued``; without it Celery's `PENDING`
    /// means both, waiting and never heard of.
    public func isKnown() async throws -> Bool { try await stored().count == shape.taskIDs.count }

    /// What the task has told with a state of its own, or `nil` in Celery's states and when nothing is known.
    ///
    /// - Throws: ``TaskError`` with code `decodingFailed` when it is not of this type.
    public func meta<Meta: Decodable>(as type: Meta.Type = Meta.self) async throws -> Meta? {
        guard let result = try await results.fetch([shape.taskIDs.first ?? id]).values.first,
            !TaskState.withoutMeta.contains(result.state)
        else { return nil }
        return try result.value.decode(type)
    }

    /// The results of the tasks that it has sent, or that followed it (Celery's `children`).
    public func children() async throws -> [AsyncResult<JSONValue>] {
        try await stored().flatMap(\.children).map { client.result(of: $0) }
    }
}

extension TaskState {
    fileprivate static let withoutMeta: Set<TaskState> = [.pending, .started, .retry, .success, .failure, .revoked]
}
