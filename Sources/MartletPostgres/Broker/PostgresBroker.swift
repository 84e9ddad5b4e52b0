import Foundation
public import MartletORM
public import MartletTasks

/// A broker in a PostgreSQL database, shared by any number of processes on any number of machines.
///
/// Messages are durable when ``publish(_:)`` returns, as far as the server's `synchronous_commit` says. Waiting workers
/// are woken by `LISTEN`/`NOTIFY`, claim batches by `SKIP LOCKED`, and take over what a killed process held within two
/// seconds.
///
/// ```swift
/// let url = "postgres://ada@db.example.org/studio"
/// let client = TaskClient(broker: try PostgresBroker(url: url), results: try PostgresResultBackend(url: url))
/// ```
///
/// Each process has up to `maxConnections` connections and one more to listen, which must reach the server itself: a
/// proxy that gives each transaction another connection neither listens nor shows that the process lives.
public struct PostgresBroker: Broker, DelayedDeliveryBroker, TransactionalBroker, DeadLetterBroker, StatisticsBroker {
    let store: TaskStore
    let time: TimeSource
    private let deadLetterLifetime: Duration

    /// Makes a broker; it connects, and makes the tables that are not there, at the first use.
    ///
    /// - Parameters:
    ///   - url: The connection string, as ``PostgresDatabase/open(_:options:)`` takes it.
    ///   - options: How the database is used; of a database that this process uses for tasks already, those of the first
    ///     hold.
    ///   - time: The time it goes by. The clocks of all machines should agree.
    ///   - deadLetterLifetime: How long ``cleanUp()`` keeps dead letters; by default 90 days.
    /// - Throws: `ORMError` when the connection string or an option is malformed. Whether the server can be reached shows
    ///   at the first use, as ``TaskError`` with code `brokerFailed`.
    public init(
        url: String, options: PostgresOptions = PostgresOptions(), time: TimeSource = .system,
        deadLetterLifetime: Duration = .seconds(90 * 86_400)
    ) throws {
        store = try TaskStore.at(url, options: options)
        self.time = time
        self.deadLetterLifetime = deadLetterLifetime
    }

    /// Makes the tables in an application's migrations, so that tasks can be enqueued in its transactions before any
    /// broker was there.
    public static let migration = Migration("martlet_tasks", sql: TaskSchema.statements)

    /// Adds messages; those that are there already, or whose success is stored, are ignored.
    public func publish(_ messages: [WireMessage]) async throws {
        _ = try await store.commit(TaskChange(messages: messages, now: time.now))
    }

    /// Hands out messages; waits until there is one.
    public func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        while true {
            try Task.checkCancellation()
            let version = store.messageWakes.version
            let (messages, due) = try await claim(from: queues, limit: limit, lease: lease)
            guard messages.isEmpty else { return messages }
            try await waitForChange(since: version, due: due)
        }
    }

    /// Claims what is ready; returns also when the next message becomes due.
    private func claim(
        from queues: [String], limit: Int, lease: Duration
    ) async throws -> (messages: [ReceivedMessage], due: Date?) {
        let (store, now) = (store, time.now)
        let (messages, due) = try await store.use("receive messages") { database in
            try await store.releaseDead(database)
            let outlook = try await MessageTable.outlook(database)
            let open = try await store.controls(database, version: outlook.controlVersion).open(queues)
            let isDue = outlook.due.map { $0 <= now } ?? false
            if isDue { try await MessageTable.promote(database, at: now) }
            let due = isDue ? try await MessageTable.outlook(database).due : outlook.due
            guard !open.isEmpty else { return ([ReceivedMessage](), due) }
            let messages = try await MessageTable.claim(
                database, from: open, limit: limit, until: now.addingTimeInterval(lease.inSeconds),
                holder: store.holder())
            return (messages, due)
        }
        // Others may have passed over candidates of further queues that were not taken in the end.
        if queues.count > 1, messages.count == limit { await store.tell([.messages]) }
        return (messages, due)
    }

    /// Waits for a commit, or for the next eta or end of a lease.
    private func waitForChange(since version: Int, due: Date?) async throws {
        let (wakes, time) = (store.messageWakes, time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await wakes.wait(since: version) }
            if let due { group.addTask { try await time.sleep(until: due) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Ends deliveries.
    public func settle(_ settlements: [Settlement]) async throws {
        _ = try await store.commit(TaskChange(settlements: settlements, now: time.now))
    }

    /// Renews leases and returns those that were lost.
    public func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        let until = time.now.addingTimeInterval(lease.inSeconds)
        return try await store.write("renew leases") {
            try await MessageTable.extendLeases($0, of: receipts, until: until)
        }
    }

    /// The messages of a queue.
    public func depth(of queue: String) async throws -> QueueDepth {
        let now = time.now
        return try await store.use("count messages") { try await MessageTable.depth($0, of: queue, at: now) }
    }

    /// Drops what is not leased.
    public func purge(_ queue: String) async throws -> Int {
        let now = time.now
        try await store.use("purge a queue") { try await MessageTable.promote($0, at: now) }
        return try await store.write("purge a queue", telling: .messages) { try await MessageTable.purge($0, queue) }
    }

    /// Drops dead letters that are older than their lifetime, and revocations, locks and rates that have expired.
    public func cleanUp() async throws {
        let now = time.now
        let oldest = now.addingTimeInterval(-deadLetterLifetime.inSeconds)
        try await store.write("clean up") { tx in
            try await DeadLetterTable.expire(tx, before: oldest)
            try await ControlTable.cleanUp(tx, at: now)
            try await UniqueLockTable.cleanUp(tx, at: now)
            try await RateTable.cleanUp(tx, at: now)
        }
    }
}

// MARK: - Reports

extension PostgresBroker {
    /// Whether the backend keeps its results in the same database.
    public func sharesStore(with results: any ResultBackend) -> Bool {
        (results as? PostgresResultBackend)?.store === store
    }

    /// Does everything a report says in one transaction.
    public func commit(_ report: Report) async throws {
        _ = try await store.commit(
            TaskChange(
                results: report.results, messages: report.messages, settlements: [report.settlement],
                counts: report.counts, now: time.now))
    }

    /// Adds to the totals.
    public func add(_ counts: WorkerReport) async throws {
        _ = try await store.commit(TaskChange(counts: counts, now: time.now))
    }

    /// The totals of all workers that have used the database.
    public func statistics() async throws -> WorkerReport {
        try await store.use("read statistics") { try await StatisticsTable.fetch($0) }
    }
}

// MARK: - Dead letters

extension PostgresBroker {
    /// The dead letters a filter lets through, the latest first.
    public func deadLetters(matching filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter] {
        try await store.use("list dead letters") {
            try await DeadLetterTable.list($0, matching: filter, limit: limit)
        }
    }

    /// Puts dead letters back into their queues as new.
    public func retryDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        let now = time.now
        return try await store.write("retry dead letters", telling: .messages) { tx in
            let letters = try await DeadLetterTable.list(tx, matching: filter, limit: .max)
            return try await DeadLetterTable.retry(tx, letters, at: now, renewed: \.renewed)
        }
    }

    /// Puts a changed message in the place of a dead letter.
    public func retryDeadLetter(_ id: String, as message: WireMessage) async throws -> Bool {
        let now = time.now
        return try await store.write("retry a dead letter", telling: .messages) { tx in
            let letters = try await DeadLetterTable.list(tx, matching: .ids([id]), limit: 1)
            return try await DeadLetterTable.retry(tx, letters, at: now) { _ in message } == 1
        }
    }

    /// Drops dead letters.
    public func discardDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        try await store.write("discard dead letters") { tx in
            let letters = try await DeadLetterTable.list(tx, matching: filter, limit: .max)
            return try await DeadLetterTable.remove(tx, letters)
        }
    }
}
