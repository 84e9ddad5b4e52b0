import Foundation
import MartletORM
public import MartletTasks

/// A result backend in a PostgreSQL database; with ``PostgresBroker`` on the same URL a finished task is one transaction.
///
/// Who waits for a result is woken by `NOTIFY`. Results that say nothing else are kept for a day, as in Celery;
/// ``cleanUp()`` drops them.
public struct PostgresResultBackend: ResultBackend {
    let store: TaskStore
    private let time: TimeSource
    private let lifetime: Duration
    private let chordLifetime: Duration

    /// Makes a result backend; it connects, and makes the tables that are not there, at the first use.
    ///
    /// - Parameters:
    ///   - url: The connection string; the same text as the broker's, so that they share transactions.
    ///   - options: How the database is used; of a database that this process uses for tasks already, those of the first
    ///     hold.
    ///   - time: The time it goes by.
    ///   - lifetime: How long a result without an expiry of its own is kept (Celery's `result_expires`); by default a
    ///     day.
    ///   - chordLifetime: How long a chord is kept none of whose members ends (Celery's `result_chord_expires`); by
    ///     default as long as a result.
    /// - Throws: `ORMError` when the connection string or an option is malformed. Whether the server can be reached shows
    ///   at the first use, as ``TaskError`` with code `brokerFailed`.
    public init(
        url: String, options: PostgresOptions = PostgresOptions(), time: TimeSource = .system,
        lifetime: Duration = .seconds(86_400), chordLifetime: Duration? = nil
    ) throws {
        store = try TaskStore.at(url, options: options)
        self.time = time
        self.lifetime = lifetime
        self.chordLifetime = chordLifetime ?? lifetime
    }

    /// Stores states in one transaction.
    public func store(_ results: [TaskResult]) async throws {
        _ = try await store.commit(TaskChange(results: results, now: time.now))
    }

    /// The stored results.
    public func fetch(_ ids: [String]) async throws -> [String: TaskResult] {
        try await store.use("read results") { try await ResultTable.fetch($0, ids) }
    }

    /// Waits for a final state; woken by commits of any process.
    public func wait(for id: String) async throws -> TaskResult {
        while true {
            try Task.checkCancellation()
            let version = store.resultWakes.version
            if let result = try await fetch([id])[id], result.state.isFinal { return result }
            await store.resultWakes.wait(since: version)
        }
    }

    /// Waits for news of some tasks; woken by commits of any process.
    public func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult] {
        while true {
            try Task.checkCancellation()
            let version = store.resultWakes.version
            let changed = try await fetch(ids).filter { $0.value != known[$0.key] }
            if !changed.isEmpty { return changed }
            await store.resultWakes.wait(since: version)
        }
    }

    /// Notes a finished member of a chord.
    public func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion {
        let now = time.now
        return try await store.write("note the member of a chord") {
            try await ResultTable.complete($0, member, at: now)
        }
    }

    /// Drops what has expired.
    public func cleanUp() async throws {
        let now = time.now
        let oldest = now.addingTimeInterval(-lifetime.inSeconds)
        let oldestChord = now.addingTimeInterval(-chordLifetime.inSeconds)
        try await store.write("drop old results") { tx in
            try await ResultTable.expire(tx, at: now, storedBefore: oldest, chordsChangedBefore: oldestChord)
        }
    }

    /// Forgets results.
    public func forget(_ ids: [String]) async throws {
        try await store.write("forget results") { try await ResultTable.forget($0, ids) }
    }
}
