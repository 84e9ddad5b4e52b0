import MartletTasks
import Synchronization

/// Runs the changes of many callers in shared transactions: while one is being made durable, the next ones gather.
final class GroupCommit: Sendable {
    private struct Pending: Sendable {
        let change: TaskChange
        let continuation: CheckedContinuation<[String: String], any Error>
    }

    private struct State {
        var pending: [Pending] = []
        var isRunning = false
    }

    /// So many changes go in one transaction at most.
    private static let limit = 1000

    private let state = Mutex(State())
    private let apply: @Sendable ([TaskChange]) async throws -> TaskOutcome
    private let tell: @Sendable (Set<TaskNews>) async -> Void

    /// - Parameters:
    ///   - run: Makes changes in one transaction, and returns what came of them.
    ///   - tell: Called after a commit with what others may wait for.
    init(
        run: @escaping @Sendable ([TaskChange]) async throws -> TaskOutcome,
        tell: @escaping @Sendable (Set<TaskNews>) async -> Void
    ) {
        apply = run
        self.tell = tell
    }

    /// Makes a change and returns when it is durable; not affected by cancellation.
    func commit(_ change: TaskChange) async throws -> [String: String] {
        try await withCheckedThrowingContinuation { continuation in
            let mustStart = state.withLock { state in
                state.pending.append(Pending(change: change, continuation: continuation))
                defer { state.isRunning = true }
                return !state.isRunning
            }
            // Detached, since the batch is made of many callers' changes: the cancellation, the priority and the task-local
            // values of the first one are not theirs. Each caller waits for its own continuation, which `run` resumes.
            if mustStart { Task.detached { await self.drain() } }
        }
    }

    private func drain() async {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.pending.prefix(Self.limit))
                state.pending.removeFirst(batch.count)
                if batch.isEmpty { state.isRunning = false }
                return batch
            }
            if batch.isEmpty { return }
            await run(batch)
        }
    }

    /// One transaction for the batch; where it fails, one for each, so that who is wrong fails alone.
    private func run(_ batch: [Pending]) async {
        do {
            let outcome = try await apply(batch.map(\.change))
            if !outcome.news.isEmpty { await tell(outcome.news) }
            for (pending, refused) in zip(batch, outcome.refused) { pending.continuation.resume(returning: refused) }
        } catch {
            guard batch.count > 1 else { return batch[0].continuation.resume(throwing: error) }
            for pending in batch { await run([pending]) }
        }
    }
}
