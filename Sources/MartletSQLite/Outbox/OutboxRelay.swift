import GRDB
public import Logging
import MartletStores
public import MartletTasks
public import ServiceLifecycle

/// Carries messages from the outbox table of an application's database to the real broker.
///
/// A message is published before it is removed, so that a crash in between publishes it twice. Brokers ignore a message
/// whose id they have; if the first copy is done and forgotten, the second one is not run, since all that a relay
/// publishes is marked and workers look first whether its success is stored. A task that stores no result is run again.
/// The relay wakes when a transaction that has enqueued something is committed.
public struct OutboxRelay: Service {
    private let store: TaskStore
    private let broker: any Broker
    private let logger: Logger
    private let batch = 200

    /// Makes a relay from the database at `path`; it begins with ``run()``.
    ///
    /// - Throws: `TaskError` with code `brokerFailed`, saying what is wrong with the file, or `misconfigured` when the
    ///   broker is the same file.
    public init(from path: String, to broker: any Broker, logger: Logger = Logger(label: "martlet.outbox")) throws {
        store = try TaskStore.at(path)
        if let broker = broker as? SQLiteBroker, broker.store === store {
            throw TaskError(
                .misconfigured, "the broker is the outbox's own file '\(path)'; its workers need no relay")
        }
        self.broker = broker
        self.logger = logger
    }

    /// Carries messages until the service is shut down.
    ///
    /// While the broker cannot be reached it tries again, at least twice a second, and says so once.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var log = RelayLog(logger)
            while !Task.isCancelled {
                let version = store.wakes.version
                do {
                    let carried = try await carry()
                    log.worked()
                    guard carried == 0 else { continue }
                } catch {
                    // The messages stay where they are; the next wake-up, at most half a second away, tries again.
                    if !Task.isCancelled { log.failed(error) }
                }
                await store.wakes.wait(since: version)
            }
        }
    }

    /// Carries what is there now, at most one batch, and returns how many messages it was.
    public func carry() async throws -> Int {
        let limit = batch
        let messages = try await store.read { try MessageTable.oldest($0, limit: limit) }
        guard !messages.isEmpty else { return 0 }
        try await broker.publish(messages.map(\.markedAsRepeated))
        try await store.write(wakes: false) { try MessageTable.remove($0, messages) }
        return messages.count
    }
}

extension MessageTable {
    fileprivate static func oldest(_ db: Database, limit: Int) throws -> [WireMessage] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT * FROM martlet_message WHERE state < 2 AND \(LeaseTable.isFree) ORDER BY sequence LIMIT ?
                    """),
            arguments: [limit]
        ).map { row in
            var message = message(row)
            message.uniqueLock = lock(row)
            return message
        }
    }

    /// Removes messages, and the locks they have held here; the broker has them now.
    fileprivate static func remove(_ db: Database, _ messages: [WireMessage]) throws {
        for message in messages {
            try db.execute(cached: "DELETE FROM martlet_message WHERE id = ?", [message.id])
            guard message.uniqueLock != nil else { continue }
            try db.execute(cached: "DELETE FROM martlet_unique_lock WHERE message = ?", [message.id])
        }
    }
}
