import Foundation
import MartletORM
import MartletTasks
import Synchronization

/// The PostgreSQL database that holds messages and results: its connections, its shared commits and its wake-ups.
///
/// A process opens each database once, whoever asks for it, so that broker and result backend share transactions.
/// Nothing is connected before the first use.
final class TaskStore: Sendable {
    private let schema: String?
    /// Wakes who waits for messages, pauses or revocations.
    let messageWakes = Wakes()
    /// Wakes who waits for results.
    let resultWakes = Wakes()
    let database: Database
    /// The row of statistics this process adds to.
    let slot = Int.random(in: 0..<StatisticsTable.slots)
    private let channel: TaskChannel
    private let commits = Mutex<GroupCommit?>(nil)
    private let controls = Mutex(Controls())
    private let suspects = Mutex(Suspects())
    private let opening = OpeningOnce()

    private struct Suspects {
        var lastLook = ContinuousClock.now - .seconds(1)
        var free: Set<Int32> = []
    }

    private struct WeakStore: Sendable { weak var store: TaskStore? }
    private static let open = Mutex<[String: WeakStore]>([:])

    /// The store of a database and the schema its tables are in.
    ///
    /// - Parameter beat: How often a store that is not open yet looks for dead processes and lost wake-ups.
    /// - Throws: `ORMError` when the connection string or an option is malformed.
    static func at(
        _ url: String, options: PostgresOptions, beat: Duration = TaskChannel.standardBeat
    ) throws -> TaskStore {
        try open.withLock { open in
            let key = ([url] + options.searchPath).joined(separator: "\n")
            if let store = open[key]?.store { return store }
            let store = try TaskStore(url, options, beat)
            open = open.filter { $0.value.store != nil }
            open[key] = WeakStore(store: store)
            return store
        }
    }

    private init(_ url: String, _ options: PostgresOptions, _ beat: Duration) throws {
        schema = options.searchPath.first
        database = try PostgresDatabase.open(url, options: options)
        let (messages, results) = (messageWakes, resultWakes)
        channel = try TaskChannel(PoolParameters(url).connectionString, setUp: options.setUp, beat: beat) { news in
            switch news {
            case .messages: messages.notify()
            case .results: results.notify()
            }
        }
    }

    deinit {
        channel.close()
    }

    // MARK: Using

    /// Runs statements, each of which is its own transaction, or a transaction begun in `body`.
    func use<Value: Sendable>(_ action: String, _ body: (Database) async throws -> Value) async throws -> Value {
        do {
            try await opening.run { try await self.prepare() }
            return try await body(database)
        } catch let error as ORMError {
            throw Self.error(error, action)
        }
    }

    /// Runs a transaction, and afterwards wakes who waits for what it changes.
    ///
    /// It is not ended by the cancellation of the caller: a worker that is stopping would not learn whether the end of a
    /// delivery was committed. Hence a task that is detached, whose cancellation nobody can ask for, and that is waited for.
    func write<Value: Sendable>(
        _ action: String, telling news: TaskNews? = nil,
        _ body: @escaping @Sendable (Transaction) async throws -> Value
    ) async throws -> Value {
        let value = try await Task.detached { [self] in
            try await use(action) { database in try await Self.retrying { try await database.transaction(body) } }
        }.value
        if let news { await tell([news]) }
        return value
    }

    /// Adds to what is committed together, and returns when that is durable.
    func commit(_ change: TaskChange) async throws -> [String: String] {
        let commits = self.commits.withLock { commits in
            if let commits { return commits }
            let new = GroupCommit(
                run: { [weak self] changes in try await self?.apply(changes) ?? TaskOutcome() },
                tell: { [weak self] news in await self?.tell(news) })
            commits = new
            return new
        }
        return try await commits.commit(change)
    }

    private func apply(_ changes: [TaskChange]) async throws -> TaskOutcome {
        let slot = slot
        return try await use("write to the task store") { database in
            try await Self.retrying {
                try await database.transaction { try await TaskChange.apply(changes, $0, slot: slot) }
            }
        }
    }

    /// Runs a transaction again that had to give way to another one.
    private static func retrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<4 {
            do {
                return try await body()
            } catch let error as ORMError where error.code == .deadlock || error.code == .serializationFailure {}
        }
        return try await body()
    }

    /// Wakes who waits, in this process and in the others.
    func tell(_ news: Set<TaskNews>) async {
        if news.contains(.messages) { messageWakes.notify() }
        if news.contains(.results) { resultWakes.notify() }
        let sender = channel.holder ?? 0
        // One that is lost is made up for by the others' next beat.
        _ = try? await use("tell of a commit") { database in
            try await database.all(
                "SELECT pg_notify('\(ListeningSession.channel)', ?)",
                each: news.map { [.text("\($0.rawValue) \(sender)")] }
            ) { _ in true }
        }
    }

    // MARK: Opening

    private func prepare() async throws {
        try await TaskSchema.make(on: database, in: schema)
        try await channel.open()
    }

    static func error(_ error: ORMError, _ action: String) -> TaskError {
        TaskError(.brokerFailed, "cannot \(action): \(error.message)", cause: error)
    }
}

// MARK: - Controls and holders

extension TaskStore {
    /// What holds for all workers, as far as this process knows.
    var knownControls: Controls { controls.withLock(\.self) }

    /// What holds for all workers, read anew unless it is of this version; a newer one is never replaced.
    func controls(_ database: some QueryExecutor, version: Int64? = nil) async throws -> Controls {
        let known = knownControls
        if let version, known.version == version { return known }
        let fresh = try await ControlTable.load(database)
        controls.withLock { if fresh.version > $0.version { $0 = fresh } }
        return fresh
    }

    /// The number this process holds leases by.
    func holder() throws -> Int32 {
        guard let holder = channel.holder else {
            throw TaskError(.brokerFailed, "the session by which this process holds messages is not open yet")
        }
        return holder
    }

    /// Gives back what dead processes hold; looks at most once in a beat.
    ///
    /// A process is dead whose lock is free at two looks: one whose connection was cut comes back before the second.
    func releaseDead(_ database: Database) async throws {
        let beat = channel.beat
        let isDue = suspects.withLock { suspects in
            guard ContinuousClock.now - suspects.lastLook >= beat * 0.8 else { return false }
            suspects.lastLook = .now
            return true
        }
        guard isDue else { return }
        let free = try await HolderTable.free(database, except: holder())
        let dead = suspects.withLock { suspects in
            defer { suspects.free = free }
            return suspects.free.intersection(free)
        }
        for holder in dead { try await database.transaction { try await HolderTable.release($0, holder) } }
        if !dead.isEmpty { await tell([.messages]) }
    }
}

/// Runs what opens something until it has succeeded once; who comes meanwhile waits.
private actor OpeningOnce {
    private var isDone = false
    private var running: Task<Void, any Error>?

    func run(_ open: @escaping @Sendable () async throws -> Void) async throws {
        if isDone { return }
        let task = running ?? Task { try await open() }
        running = task
        defer { running = nil }
        try await task.value
        isDone = true
    }
}
