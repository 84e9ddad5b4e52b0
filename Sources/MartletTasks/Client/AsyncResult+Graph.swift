extension AsyncResult {
    /// The task that has sent this one, or that it followed in a chain (Celery's `parent`).
    ///
    /// - Returns: `nil` when it has none, or when nothing is stored of the task yet.
    public func parent() async throws -> AsyncResult<JSONValue>? {
        try await stored().lazy.compactMap(\.parentID).first.map { client.result(of: $0) }
    }

    /// The task, or the members of the group, and all that came of them, as they are now (Celery's `iterdeps`).
    ///
    /// A task whose options say `trail: false` does not tell what came of it.
    public func descendants() -> ResultDescendants {
        ResultDescendants(roots: shape.taskIDs, results: results, waits: false)
    }

    /// The task, or the members of the group, and all that came of them, each when it has ended (Celery's `collect`).
    ///
    /// ```swift
    /// for try await node in result.collect() where node.children.isEmpty {
    ///     print(try node.value(as: Int.self))
    /// }
    /// ```
    ///
    /// A task that has failed ends nothing but itself: its ``ResultNode/value(as:)`` throws.
    ///
    /// - Parameter disablesSyncSubtasks: See ``value(timeout:disablesSyncSubtasks:)``.
    public func collect(disablesSyncSubtasks: Bool = true) -> ResultDescendants {
        ResultDescendants(
            roots: shape.taskIDs, results: results, waits: true, disablesSyncSubtasks: disablesSyncSubtasks)
    }

    /// Waits for all that came of the task, and gives the value of the last one (Celery's `get_leaf`).
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - timeout: How long at most; `nil` waits as long as it takes.
    ///   - disablesSyncSubtasks: See ``value(timeout:disablesSyncSubtasks:)``.
    /// - Throws: ``TaskError`` with code `taskFailed` or `taskRevoked` when one has failed, `timedOut`, `decodingFailed` or
    ///   `waitsInTask`.
    public func leaf<Leaf: Decodable & Sendable>(
        as type: Leaf.Type = Leaf.self, timeout: Duration? = nil, disablesSyncSubtasks: Bool = true
    ) async throws -> Leaf {
        let all = collect(disablesSyncSubtasks: disablesSyncSubtasks)
        let id = id
        return try await withTimeout(timeout) {
            var last: ResultNode?
            for try await node in all {
                _ = try node.value(as: JSONValue.self)
                last = node
            }
            guard let last else { throw TaskError(.decodingFailed, "group \(id) has no members, and so no last value") }
            return try last.value(as: type)
        }
    }

    /// The task and all that came of it as a graph, as it is now (Celery's `build_graph`).
    ///
    /// - Parameter limit: How many tasks at most; whether there are more is told by ``ResultGraph/isComplete``.
    public func graph(limit: Int = 10_000) async throws -> ResultGraph {
        var nodes: [ResultNode] = []
        for try await node in descendants() {
            guard nodes.count < limit else { return ResultGraph(nodes: nodes, isComplete: false) }
            nodes.append(node)
        }
        return ResultGraph(nodes: nodes, isComplete: true)
    }
}
