/// A task and those that it has sent or that followed it, level by level; ``AsyncResult/descendants()`` and
/// ``AsyncResult/collect(disablesSyncSubtasks:)`` make it.
///
/// Each task is told once, also where what is stored goes round in a circle.
public struct ResultDescendants: AsyncSequence, Sendable {
    /// One task.
    public typealias Element = ResultNode

    let roots: [String]
    let results: any ResultBackend
    /// Whether each task is told when it has ended, and not as it is.
    let waits: Bool
    /// Whether waiting inside of a task is an error.
    var disablesSyncSubtasks = true

    /// Begins with the task itself.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Looks at one task after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private struct Place {
            let id: String
            let parentID: String?
            let depth: Int
        }

        private let sequence: ResultDescendants
        private var places: [Place]
        private var seen: Set<String>
        /// How many places were told.
        private var told = 0
        /// Up to which place was looked, and what was found and not told.
        private var looked = 0
        private var found: [String: TaskResult] = [:]

        fileprivate init(_ sequence: ResultDescendants) {
            self.sequence = sequence
            var seen: Set<String> = []
            places = sequence.roots.filter { seen.insert($0).inserted }.map {
                Place(id: $0, parentID: nil, depth: 0)
            }
            self.seen = seen
        }

        /// The next task, or `nil` after the last one.
        ///
        /// - Throws: `CancellationError`, or what the result backend throws; ``TaskError`` with code `waitsInTask`.
        public mutating func next() async throws -> ResultNode? {
            guard told < places.count else { return nil }
            let place = places[told]
            let stored = sequence.waits ? try await end(of: place.id) : try await state(of: place.id)
            told += 1
            for child in stored?.children ?? [] where seen.insert(child).inserted {
                places.append(Place(id: child, parentID: place.id, depth: place.depth + 1))
            }
            return ResultNode(id: place.id, parentID: place.parentID, depth: place.depth, stored: stored)
        }

        /// Looks at all that is known of the next level at once.
        private mutating func state(of id: String) async throws -> TaskResult? {
            if looked <= told {
                found = try await sequence.results.fetch(places[told...].map(\.id))
                looked = places.count
            }
            return found.removeValue(forKey: id)
        }

        private func end(of id: String) async throws -> TaskResult {
            if sequence.disablesSyncSubtasks, let context = TaskContext.current {
                let stored = try await sequence.results.fetch([id])[id]
                guard let stored, stored.state.isFinal else { throw TaskError.waiting(in: context, for: id) }
                return stored
            }
            return try await sequence.results.wait(for: id)
        }
    }
}

/// A task among the ``ResultDescendants`` of another one.
public struct ResultNode: Sendable, Hashable {
    /// The id of the task.
    public let id: String
    /// The task that has sent it or that it followed; `nil` where it began.
    public let parentID: String?
    /// How many tasks are between it and where it began, itself included.
    public let depth: Int
    /// What is stored of it; `nil` when nothing is.
    public let stored: TaskResult?

    /// The state; a task nothing is known about is PENDING.
    public var state: TaskState { stored?.state ?? .pending }
    /// The ids of the tasks that it has sent, or that followed it.
    public var children: [String] { stored?.children ?? [] }

    /// What the task has returned.
    ///
    /// - Throws: ``TaskError`` with code `taskFailed` or `taskRevoked` when it has failed, `decodingFailed` when its value
    ///   is of another type, `timedOut` when it has not ended.
    public func value<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        guard let stored, stored.state.isFinal else {
            throw TaskError(.timedOut, "task \(id) has not ended; it is \(state)")
        }
        guard stored.state == .success else { throw TaskError(endOf: stored) }
        return try stored.value.decode(type)
    }
}
