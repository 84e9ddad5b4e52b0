import Foundation
public import MartletTasks

/// A result backend in an SQLite file; with ``SQLiteBroker`` on the same file a finished task is one transaction.
///
/// Results that say nothing else are kept for a day, as in Celery; ``cleanUp()`` drops them.
public struct SQLiteResultBackend: ResultBackend {
    let store: TaskStore
    private let time: TimeSource
    private let lifetime: Duration
    private let chordLifetime: Duration

    /// Opens the file, makes it and its tables if need be, and adds what one of an earlier version lacks.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - time: The time it goes by.
    ///   - lifetime: How long a result without an expiry of its own is kept (Celery's `result_expires`); by default a
    ///     day.
    ///   - chordLifetime: How long a chord is kept none of whose members ends (Celery's `result_chord_expires`); by
    ///     default as long as a result.
    /// - Throws: ``TaskError`` with code `brokerFailed`, saying what is wrong with the file.
    public init(
        path: String, time: TimeSource = .system, lifetime: Duration = .seconds(86_400), chordLifetime: Duration? = nil
    ) throws {
        store = try TaskStore.at(path)
        self.time = time
        self.lifetime = lifetime
        self.chordLifetime = chordLifetime ?? lifetime
    }

    /// Stores states in one transaction.
    public func store(_ results: [TaskResult]) async throws {
        let now = time.now
        let rows = results.map { ResultTable.row($0, at: now) }
        try await store.write { db in
            for row in rows { try ResultTable.store(db, row) }
        }
    }

    /// The stored results.
    public func fetch(_ ids: [String]) async throws -> [String: TaskResult] {
        try await store.read { try ResultTable.fetch($0, ids) }
    }

    /// Waits for a final state; woken by commits of any process.
    public func wait(for id: String) async throws -> TaskResult {
        while true {
            try Task.checkCancellation()
            let version = store.wakes.version
            if let result = try await fetch([id])[id], result.state.isFinal { return result }
            await store.wakes.wait(since: version)
        }
    }

    /// Waits for news of some tasks; woken by commits of any process.
    public func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult] {
        while true {
            try Task.checkCancellation()
            let version = store.wakes.version
            let changed = try await fetch(ids).filter { $0.value != known[$0.key] }
            if !changed.isEmpty { return changed }
            await store.wakes.wait(since: version)
        }
    }

    /// Notes a finished member of a chord.
    public func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion {
        let now = time.now
        return try await store.write(wakes: false) { try ResultTable.complete($0, member, at: now) }
    }

    /// Drops what has expired.
    public func cleanUp() async throws {
        let now = time.now
        let oldest = now.addingTimeInterval(-lifetime.inSeconds)
        let oldestChord = now.addingTimeInterval(-chordLifetime.inSeconds)
        try await store.write(wakes: false) { db in
            try ResultTable.expire(db, at: now, storedBefore: oldest, chordsChangedBefore: oldestChord)
        }
    }

    /// Forgets results.
    public func forget(_ ids: [String]) async throws {
        try await store.write(wakes: false) { try ResultTable.forget($0, ids) }
    }
}
