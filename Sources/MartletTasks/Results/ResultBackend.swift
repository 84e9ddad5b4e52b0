/// Where results of tasks are kept and waited for.
public protocol ResultBackend: Sendable {
    /// Stores states, all or none. A stored final state is never overwritten by one that is not final, and a stored
    /// SUCCESS never at all.
    ///
    /// Workers call it when a task ends or tells its progress. Throwing means that nothing is stored.
    func store(_ results: [TaskResult]) async throws

    /// The stored results of some tasks; of a task nothing is known about there is none.
    func fetch(_ ids: [String]) async throws -> [String: TaskResult]

    /// Waits until a task has a final state and returns it; must not poll, and ends with `CancellationError` when the
    /// Swift task is cancelled.
    func wait(for id: String) async throws -> TaskResult

    /// Waits until what is stored about some tasks is other than what the caller knows, and returns what is.
    ///
    /// Clients call it to follow tasks, with what it has returned before as `known`; must not poll. A state that is
    /// overwritten before anybody looks is not told. It ends with `CancellationError` when the Swift task is cancelled.
    ///
    /// - Parameters:
    ///   - ids: The tasks.
    ///   - known: What the caller has seen last of each of them; of a task it has seen nothing of there is nothing.
    /// - Returns: What is stored now of the tasks for which it differs; at least one.
    func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult]

    /// Notes that a member of a chord has finished, and says whether the chord is complete.
    ///
    /// Members are counted by id: noting one a second time changes nothing and says the same again, but that a success
    /// takes the place of a failure, as when a member is sent again from the dead letters.
    func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion

    /// Forgets all that is stored about some tasks.
    func forget(_ ids: [String]) async throws

    /// Drops what has expired (``TaskResult/expires``); workers call it now and then, as Celery's
    /// `celery.backend_cleanup`.
    func cleanUp() async throws
}

extension ResultBackend {
    /// Keeps nothing that expires.
    public func cleanUp() async throws {}
}

/// A finished member of a chord's header.
public struct ChordMember: Sendable, Hashable {
    /// The id of the chord's group.
    public var chord: String
    /// How many members the header has.
    public var size: Int
    /// The position in the header.
    public var index: Int
    /// How the member ended.
    public var result: TaskResult

    /// Makes a member.
    public init(chord: String, size: Int, index: Int, result: TaskResult) {
        self.chord = chord
        self.size = size
        self.index = index
        self.result = result
    }
}

/// Whether all members of a chord have finished.
public enum ChordCompletion: Sendable, Hashable {
    /// Some are missing.
    case waiting(finished: Int)
    /// All have; their results in the order of the header.
    case complete([TaskResult])
}
