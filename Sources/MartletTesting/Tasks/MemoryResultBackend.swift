import Foundation
public import MartletTasks
import Synchronization

/// A result backend in the memory of one process, for tests.
public final class MemoryResultBackend: ResultBackend {
    private struct State {
        var results: [String: (result: TaskResult, storedAt: Date)] = [:]
        /// Before this moment no result expires.
        var firstExpiry = Date.distantFuture
        var chords: [String: Chord] = [:]
        var waiters: [String: [Int: CheckedContinuation<TaskResult, any Error>]] = [:]
        var nextWaiter = 0
        var cancelled: Set<Int> = []
    }

    private struct Chord {
        var members: [String: ChordMember] = [:]
        var changedAt: Date
    }

    private let state = Mutex(State())
    private let news = Wakes()
    private let time: TimeSource
    private let lifetime: Duration
    private let chordLifetime: Duration

    /// Makes an empty backend; ``cleanUp()`` drops what has no expiry of its own after `lifetime`, by default a day, and
    /// chords that have not changed after `chordLifetime`, by default the same.
    public init(
        time: TimeSource = .system, lifetime: Duration = .seconds(86_400), chordLifetime: Duration? = nil
    ) {
        self.time = time
        self.lifetime = lifetime
        self.chordLifetime = chordLifetime ?? lifetime
    }

    /// Stores states.
    public func store(_ results: [TaskResult]) async throws {
        let now = time.now
        let ready = state.withLock { state in
            var ready: [(CheckedContinuation<TaskResult, any Error>, TaskResult)] = []
            for result in results {
                if let old = state.results[result.taskID]?.result.state, !result.state.mayReplace(old) { continue }
                state.results[result.taskID] = (result, now)
                state.firstExpiry = min(state.firstExpiry, expiry(of: result, storedAt: now))
                guard result.state.isFinal else { continue }
                let waiters = state.waiters.removeValue(forKey: result.taskID) ?? [:]
                ready += waiters.inOrder.map { ($0, result) }
            }
            return ready
        }
        for (waiter, result) in ready { waiter.resume(returning: result) }
        news.notify()
    }

    /// The stored results.
    public func fetch(_ ids: [String]) async throws -> [String: TaskResult] {
        state.withLock { state in
            ids.reduce(into: [:]) { $0[$1] = state.results[$1]?.result }
        }
    }

    /// Waits for a final state.
    public func wait(for id: String) async throws -> TaskResult {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<TaskResult, any Error>? in
                    if let result = state.results[id]?.result, result.state.isFinal { return .success(result) }
                    if state.cancelled.remove(waiter) != nil { return .failure(CancellationError()) }
                    state.waiters[id, default: [:]][waiter] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                if let found = state.waiters[id]?.removeValue(forKey: waiter) { return Optional(found) }
                state.cancelled.insert(waiter)
                return nil
            }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// Waits for news of some tasks.
    public func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult] {
        while true {
            try Task.checkCancellation()
            let version = news.version
            let changed = try await fetch(ids).filter { $0.value != known[$0.key] }
            if !changed.isEmpty { return changed }
            await news.wait(since: version)
        }
    }

    /// Notes a finished member of a chord.
    public func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion {
        let now = time.now
        return state.withLock { state in
            var chord = state.chords[member.chord] ?? Chord(changedAt: now)
            let noted = chord.members[member.result.taskID]?.result.state
            if noted == nil || (noted != .success && member.result.state == .success) {
                chord.members[member.result.taskID] = member
            }
            chord.changedAt = now
            state.chords[member.chord] = chord
            let members = chord.members
            guard members.count >= member.size else { return .waiting(finished: members.count) }
            return .complete(members.values.sorted { $0.index < $1.index }.map(\.result))
        }
    }

    /// Forgets results.
    public func forget(_ ids: [String]) async throws {
        state.withLock { state in
            for id in ids { state.results[id] = nil }
        }
    }

    /// Drops what has expired.
    public func cleanUp() async throws {
        let now = time.now
        let oldestChord = now.addingTimeInterval(-chordLifetime.inSeconds)
        state.withLock { state in
            state.chords = state.chords.filter { $0.value.changedAt >= oldestChord }
            guard state.firstExpiry <= now else { return }
            state.results = state.results.filter { expiry(of: $1.result, storedAt: $1.storedAt) > now }
            state.firstExpiry =
                state.results.values.map { expiry(of: $0.result, storedAt: $0.storedAt) }.min() ?? .distantFuture
        }
    }

    private func expiry(of result: TaskResult, storedAt date: Date) -> Date {
        result.expires ?? date.addingTimeInterval(lifetime.inSeconds)
    }
}
