import Synchronization

/// Where the outcome of a batch goes: it is kept until somebody asks, or given to the task that waits for it.
final class PipelineWaiter: Sendable {
    private enum State {
        /// It may become either of the others.
        case open
        /// Becomes done; the task goes on.
        case awaited(CheckedContinuation<PipelineOutcome, any Error>)
        /// Final.
        case done(Result<PipelineOutcome, any Error>)
    }

    private let state = Mutex(State.open)

    /// Whether the outcome is there.
    var isDone: Bool {
        state.withLock { if case .done = $0 { true } else { false } }
    }

    /// Gives the outcome; once.
    func finish(with result: Result<PipelineOutcome, any Error>) {
        let waiting = state.withLock { state in
            let before = state
            state = .done(result)
            return if case .awaited(let task) = before { task } else {
                nil as CheckedContinuation<PipelineOutcome, any Error>?
            }
        }
        waiting?.resume(with: result)
    }

    /// Waits for the outcome, in one task only.
    func outcome() async throws -> PipelineOutcome {
        if case .done(let result) = state.withLock({ $0 }) { return try result.get() }
        return try await withCheckedThrowingContinuation { task in
            let done = state.withLock { state -> Result<PipelineOutcome, any Error>? in
                if case .done(let result) = state { return result }
                state = .awaited(task)
                return nil
            }
            if let done { task.resume(with: done) }
        }
    }
}
