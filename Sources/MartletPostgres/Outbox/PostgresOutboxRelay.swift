import Foundation
public import Logging
import MartletORM
import MartletStores
public import MartletTasks
public import ServiceLifecycle

/// Carries messages of tasks from a PostgreSQL database to a broker that is elsewhere.
///
/// A message is published before it is removed, so that a crash in between publishes it twice. Brokers ignore a message
/// whose id they have; if the first copy is done and forgotten, the second one is not run, since all that a relay
/// publishes is marked and workers look first whether its success is stored. A task that stores no result is run again.
/// The relay wakes when a transaction that has enqueued something is committed.
public struct PostgresOutboxRelay: Service {
    private let store: TaskStore
    private let broker: any Broker
    private let logger: Logger
    private let batch = 200

    /// Makes a relay from a database; it begins with ``run()``, and makes the tables that are not there.
    ///
    /// - Parameters:
    ///   - url: The connection string, as ``PostgresDatabase/open(_:options:)`` takes it.
    ///   - options: How the database is used; the messages are in the first schema of its search path.
    ///   - broker: Where they go.
    ///   - logger: Where it is said when they cannot be carried.
    /// - Throws: `ORMError` when the connection string is malformed, `TaskError` with code `misconfigured` when the broker
    ///   is the same database: its workers need no relay.
    public init(
        from url: String, options: PostgresOptions = PostgresOptions(), to broker: any Broker,
        logger: Logger = Logger(label: "martlet.outbox")
    ) throws {
        store = try TaskStore.at(url, options: options)
        if let broker = broker as? PostgresBroker, broker.store === store {
            throw TaskError(.misconfigured, "the broker is the outbox's own database; its workers need no relay")
        }
        self.broker = broker
        self.logger = logger
    }

    /// Carries messages until the service is shut down.
    ///
    /// While the database or the broker cannot be reached it tries again, at least twice a second, and says so once.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var log = RelayLog(logger)
            while !Task.isCancelled {
                let version = store.messageWakes.version
                do {
                    let carried = try await carry()
                    log.worked()
                    guard carried == 0 else { continue }
                } catch {
                    // The messages stay where they are. Nobody wakes a store that could not be opened yet, so the next try
                    // comes after a while, not after a wake-up.
                    if !Task.isCancelled { log.failed(error) }
                    try? await Task.sleep(for: TaskChannel.standardBeat)
                    continue
                }
                await store.messageWakes.wait(since: version)
            }
        }
    }

    /// Carries what is there now, at most one batch, and returns how many messages it was.
    public func carry() async throws -> Int {
        let limit = batch
        let messages = try await store.use("read the outbox") { try await MessageTable.oldest($0, limit: limit) }
        guard !messages.isEmpty else { return 0 }
        try await broker.publish(messages.map(\.markedAsRepeated))
        try await store.write("empty the outbox") { try await MessageTable.remove($0, messages.map(\.id)) }
        return messages.count
    }
}

extension MessageTable {
    fileprivate static func oldest(_ tx: some QueryExecutor, limit: Int) async throws -> [WireMessage] {
        try await tx.all(
            """
            SELECT \(columns) FROM martlet_message JOIN martlet_payload USING (sequence)
            WHERE state >= 0 AND state < 2 ORDER BY sequence LIMIT ?::integer
            """, [.number(limit)], message)
    }

    /// Removes messages, and the locks they have held here; the broker has them now.
    fileprivate static func remove(_ tx: some QueryExecutor, _ ids: [String]) async throws {
        try await tx.change(
            """
            WITH gone AS (DELETE FROM martlet_message WHERE id = ANY(?::text[]) RETURNING sequence)
            DELETE FROM martlet_payload USING gone WHERE martlet_payload.sequence = gone.sequence
            """, [.texts(ids)])
        try await tx.change("DELETE FROM martlet_unique_lock WHERE message = ANY(?::text[])", [.texts(ids)])
    }
}
