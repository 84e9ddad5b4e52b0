public import Foundation

/// A broker that refuses a message while another one holds its lock.
public protocol UniqueBroker: Broker {
    /// Takes messages, all or none but those whose ``WireMessage/uniqueLock`` is held.
    ///
    /// ``Broker/publish(_:)`` does the same without telling.
    ///
    /// - Returns: For each message that was not taken, by its id, the id of the message that holds the lock.
    func publishUnique(_ messages: [WireMessage]) async throws -> [String: String]

    /// Frees the lock of a key, whoever holds it; returns whether it was held.
    @discardableResult
    func releaseUniqueLock(_ key: String) async throws -> Bool
}

/// A lock that a message takes when it is published, so that no second one of its key is.
public struct UniqueLock: Sendable, Hashable {
    /// When a lock is free again; never later than it expires.
    public enum Release: String, Sendable, Hashable {
        /// When the message is first handed out to a worker.
        case started
        /// When the task has ended for good: done, failed, revoked or expired; not while it is retried.
        case done
        /// When it expires, whatever becomes of the task.
        case expired
    }

    /// What the messages share, such as `billing.sync:client=7`.
    public var key: String
    /// When it is free again.
    public var release: Release
    /// When it is free at the latest.
    public var expires: Date

    /// Makes a lock.
    public init(key: String, release: Release, expires: Date) {
        self.key = key
        self.release = release
        self.expires = expires
    }
}
