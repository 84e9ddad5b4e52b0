import Foundation
import MartletORM
import MartletStores
import MartletTasks

extension PostgresSession: OutboxSession {
    /// Writes messages to the tables of ``PostgresBroker``; the server tells of them when it commits.
    func add(
        _ messages: [WireMessage], in transaction: Transaction, at now: Date
    ) async throws -> [String: String] {
        do {
            let refused = try await MessageTable.publish(transaction, messages, at: now)
            // Nobody is the sender, so that this process is told too.
            _ = try await transaction.all(
                "SELECT pg_notify('\(ListeningSession.channel)', '\(TaskNews.messages.rawValue) 0')"
            ) { _ in true }
            return refused
        } catch let error as ORMError where (error.cause as? PostgresError)?.sqlState == "42P01" {
            throw TaskError(
                .misconfigured,
                """
                the tables of tasks are not in this database (\(error.message)); \
                add PostgresBroker.migration to the application's migrations
                """, cause: error)
        }
    }
}
