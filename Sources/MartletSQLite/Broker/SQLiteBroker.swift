import Foundation
import GRDB
public import MartletTasks
import Synchronization

/// A broker in an SQLite file, shared by any number of processes on one machine.
///
/// Messages are durable when ``publish(_:)`` returns (`synchronous = FULL`). Waiting workers wake within milliseconds
/// of a commit by another process, without polling, and take over what a killed process held within a second.
///
/// ```swift
/// let client = TaskClient(
///     broker: try SQLiteBroker(path: "tasks.sqlite"), results: try SQLiteResultBackend(path: "tasks.sqlite"))
/// ```
public struct SQLiteBroker: Broker, DelayedDeliveryBroker, CollectingBroker, DeadLetterBroker, StatisticsBroker {
    let store: TaskStore
    let time: TimeSource
    private let deadLetterLifetime: Duration

    /// Opens the file, makes it and its tables if need be, and adds what one of an earlier version lacks.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - time: The time it goes by.
    ///   - deadLetterLifetime: How long ``cleanUp()`` keeps dead letters; by default 90 days.
    /// - Throws: ``TaskError`` with code `brokerFailed`, saying what is wrong with the file.
    public init(
        path: String, time: TimeSource = .system, deadLetterLifetime: Duration = .seconds(90 * 86_400)
    ) throws {
        store = try TaskStore.at(path)
        self.time = time
        self.deadLetterLifetime = deadLetterLifetime
    }

    /// The file.
    public var path: String { store.path }

    /// Adds messages; those that are there already, or whose success is stored, are ignored.
    public func publish(_ messages: [WireMessage]) async throws {
        let now = time.now
        try await store.write { db in
            for message in messages { _ = try MessageTable.publish(db, message, at: now) }
        }
    }

    /// Hands out messages; waits until there is one.
    public func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        while true {
            try Task.checkCancellation()
            let version = store.wakes.version
            try await store.releaseDead()
            let now = time.now
            let store = store
            // After a claim that found all it asked for the next one will find something.
            var hasReady = store.hasPlenty.load(ordering: .relaxed)
            if !hasReady {
                hasReady = try await store.read { db in
                    try MessageTable.hasReady(db, in: store.controls(db).open(queues), at: now)
                }
            }
            if hasReady {
                let messages = try await claim(from: queues, limit: limit, lease: lease)
                guard messages.isEmpty else { return messages }
            } else {
                try await waitForChange(since: version)
            }
        }
    }

    private func claim(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        let (store, now) = (store, time.now)
        let claims = try await store.write(wakes: false) { db in
            try MessageTable.promote(db, at: now)
            return try MessageTable.claim(
                db, from: store.controls(db, isWriter: true).open(queues), limit: limit,
                until: now.addingTimeInterval(lease.inSeconds), holder: store.holder(db))
        }
        store.hasPlenty.store(claims.count == limit, ordering: .relaxed)
        let atOnce = claims.compactMap(\.message)
        guard atOnce.count < claims.count else { return atOnce }
        do {
            return try await store.read { try MessageTable.read($0, claims) }
        } catch {
            // They would wait for the end of a lease that nobody knows of.
            try? await store.write { db in
                for claim in claims {
                    try MessageTable.settle(db, Settlement(claim.receipt(of: ""), .requeue), at: now)
                }
            }
            throw error
        }
    }

    /// Waits for a commit, or for the next eta or end of a lease.
    private func waitForChange(since version: Int) async throws {
        let (wakes, time) = (store.wakes, time)
        let due = try await store.read { try MessageTable.nextWake($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await wakes.wait(since: version) }
            if let due { group.addTask { try await time.sleep(until: due) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Ends deliveries.
    public func settle(_ settlements: [Settlement]) async throws {
        let now = time.now
        try await store.write { db in
            for settlement in settlements { try MessageTable.settle(db, settlement, at: now) }
        }
    }

    /// Renews leases and returns those that were lost.
    public func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        let until = time.now.addingTimeInterval(lease.inSeconds)
        return try await store.write(wakes: false) { db in
            try receipts.filter { try !MessageTable.extendLease(db, of: $0, until: until) }
        }
    }

    /// The messages of a queue.
    public func depth(of queue: String) async throws -> QueueDepth {
        let now = time.now
        return try await store.read { try MessageTable.depth($0, of: queue, at: now) }
    }

    /// Drops what is not leased.
    public func purge(_ queue: String) async throws -> Int {
        let now = time.now
        return try await store.write { db in
            try MessageTable.promote(db, at: now)
            return try MessageTable.purge(db, queue)
        }
    }

    /// Drops dead letters that are older than their lifetime, and revocations, locks and rates that have expired.
    public func cleanUp() async throws {
        let now = time.now
        let oldest = now.addingTimeInterval(-deadLetterLifetime.inSeconds)
        try await store.write(wakes: false) { db in
            try DeadLetterTable.expire(db, before: oldest)
            try ControlTable.cleanUp(db, at: now)
            try UniqueLockTable.cleanUp(db, at: now)
            try RateTable.cleanUp(db, at: now)
        }
    }
}

// MARK: - Reports

extension SQLiteBroker {
    /// Whether the backend keeps its results in the same file.
    public func sharesStore(with results: any ResultBackend) -> Bool {
        (results as? SQLiteResultBackend)?.store === store
    }

    /// Does everything a report says in one transaction.
    public func commit(_ report: Report) async throws {
        try await store.write(counts: report.counts, changes(of: report))
    }

    /// Begins to do everything a report says in one transaction, and calls `answer` when it is durable or has failed.
    package func commit(
        _ report: Report, answer: @escaping @Sendable ((any Error)?) -> Void, to receiver: any ReportReceiver
    ) {
        store.write(counts: report.counts, changes(of: report), answer: answer, to: receiver)
    }

    private func changes(of report: Report) -> @Sendable (Database) throws -> Void {
        let now = time.now
        let rows = report.results.map { ResultTable.row($0, at: now) }
        return { db in
            for row in rows { try ResultTable.store(db, row) }
            for message in report.messages { _ = try MessageTable.publish(db, message, at: now) }
            try MessageTable.settle(db, report.settlement, at: now)
        }
    }

    /// Adds to the totals.
    public func add(_ counts: WorkerReport) async throws {
        try await store.write(wakes: false, counts: counts) { _ in }
    }

    /// The totals of all workers that have used the file.
    public func statistics() async throws -> WorkerReport { try await store.read(StatisticsTable.fetch) }
}

// MARK: - Dead letters

extension SQLiteBroker {
    /// The dead letters a filter lets through, the latest first.
    public func deadLetters(matching filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter] {
        try await store.read { try DeadLetterTable.list($0, matching: filter, limit: limit) }
    }

    /// Puts dead letters back into their queues as new.
    public func retryDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        let now = time.now
        return try await store.write { db in
            let letters = try DeadLetterTable.list(db, matching: filter, limit: .max)
            return try DeadLetterTable.retry(db, letters, at: now, renewed: \.renewed)
        }
    }

    /// Puts a changed message in the place of a dead letter.
    public func retryDeadLetter(_ id: String, as message: WireMessage) async throws -> Bool {
        let now = time.now
        return try await store.write { db in
            let letters = try DeadLetterTable.list(db, matching: .ids([id]), limit: 1)
            return try DeadLetterTable.retry(db, letters, at: now) { _ in message } == 1
        }
    }

    /// Drops dead letters.
    public func discardDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        try await store.write(wakes: false) { db in
            let letters = try DeadLetterTable.list(db, matching: filter, limit: .max)
            try DeadLetterTable.remove(db, letters)
            return letters.count
        }
    }
}
