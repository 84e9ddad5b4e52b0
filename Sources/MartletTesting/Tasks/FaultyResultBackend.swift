public import MartletTasks

/// A result backend that fails, hangs or is slow as planned, around one that works.
public final class FaultyResultBackend: ResultBackend {
    private let base: any ResultBackend
    private let plan: FaultPlan
    private let trace: TraceRecorder?

    /// Makes a backend around another one; `time` is what delays go by, and the same seed gives the same random faults.
    public convenience init(
        wrapping base: any ResultBackend, faults: [Fault] = [], seed: UInt64 = 0, time: TimeSource = .system
    ) {
        self.init(wrapping: base, faults: faults, seed: seed, time: time, trace: nil)
    }

    init(wrapping base: any ResultBackend, faults: [Fault], seed: UInt64, time: TimeSource, trace: TraceRecorder?) {
        self.base = base
        self.trace = trace
        plan = FaultPlan(faults, seed: seed, time: time, trace: trace)
    }

    /// Stores states.
    public func store(_ results: [TaskResult]) async throws {
        try await plan.perform(.store) {
            try await base.store(results)
            trace?.stored(results)
        }
    }

    /// The stored results.
    public func fetch(_ ids: [String]) async throws -> [String: TaskResult] {
        try await plan.perform(.fetch) { try await base.fetch(ids) }
    }

    /// Waits for a final state.
    public func wait(for id: String) async throws -> TaskResult {
        try await plan.perform(.wait) { try await base.wait(for: id) }
    }

    /// Waits for news of some tasks.
    public func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult] {
        try await plan.perform(.wait) { try await base.changes(of: ids, since: known) }
    }

    /// Notes a finished member of a chord.
    public func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion {
        try await plan.perform(.completeChordMember) { try await base.completeChordMember(member) }
    }

    /// Forgets results.
    public func forget(_ ids: [String]) async throws { try await base.forget(ids) }

    /// Drops what has expired.
    public func cleanUp() async throws { try await base.cleanUp() }
}
