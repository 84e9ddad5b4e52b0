public import Foundation
public import MartletORM
public import MartletTasks

/// A session of a database that keeps messages of tasks beside its data, so that one transaction writes both.
///
/// The driver of such a database makes its sessions conform; ``MartletORM/Transaction/enqueue(_:client:countdown:eta:expires:queue:priority:headers:taskID:)``
/// finds out.
public protocol OutboxSession: DatabaseSession {
    /// Adds messages in the session's transaction, and sees to it that who waits for them is woken when it commits.
    ///
    /// - Parameters:
    ///   - messages: What is to be sent; one that is there already is left as it is.
    ///   - transaction: The transaction of this session, to write on.
    ///   - now: The time.
    /// - Returns: The messages that were refused because another one holds their lock, each with that one.
    /// - Throws: `TaskError` with code `misconfigured` when the tables are missing, `ORMError` when they cannot be written.
    func add(_ messages: [WireMessage], in transaction: Transaction, at now: Date) async throws -> [String: String]
}
