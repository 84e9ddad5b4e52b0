/// A result backend that keeps nothing (Celery's `disabled`), for applications that never look at results.
///
/// A task runs as with any other; its state stays `PENDING`, and waiting for its value is an error. What has to be kept to
/// go on does not work: a delivery that is repeated runs the task again, a chord is refused
/// when it is sent, and one that comes from elsewhere becomes a dead letter.
public struct DisabledResultBackend: ResultBackend {
    /// Makes the backend.
    public init() {}

    /// Keeps nothing.
    public func store(_ results: [TaskResult]) async throws {}
    /// Finds nothing.
    public func fetch(_ ids: [String]) async throws -> [String: TaskResult] { [:] }
    /// There is nothing to forget.
    public func forget(_ ids: [String]) async throws {}

    /// Throws at once, since nothing would ever come.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`.
    public func wait(for id: String) async throws -> TaskResult { throw Self.error("the result of task \(id)") }

    /// Throws at once, since nothing would ever come.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`.
    public func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult] {
        throw Self.error("the state of \(ids.count == 1 ? "task \(ids[0])" : "\(ids.count) tasks")")
    }

    /// Cannot count members of a chord.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`.
    public func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion {
        throw Self.error("the members of chord \(member.chord)")
    }

    static func error(_ what: String) -> TaskError {
        TaskError(
            .unsupported, "\(what) cannot be known, since results are disabled; give the client a result backend")
    }
}

extension Canvas {
    /// Throws if something in it needs a result backend and there is none.
    func checkBackend(_ results: any ResultBackend) throws(TaskError) {
        guard results is DisabledResultBackend, hasChord else { return }
        throw DisabledResultBackend.error("when all members of a chord have ended")
    }

    private var hasChord: Bool {
        switch self {
        case .task(let call):
            !call.options.chord.isEmpty || (call.options.link + call.options.linkError).contains(where: \.hasChord)
        case .chain(let steps, _): steps.contains(where: \.hasChord)
        case .group(let members, _): members.contains(where: \.hasChord)
        case .chord(let header, let body, _): !header.isEmpty || body.hasChord
        }
    }
}
