public import Foundation

/// A broker that keeps the messages no worker could deal with, for a human to look at.
public protocol DeadLetterBroker: Broker {
    /// The dead letters a filter lets through, the latest first.
    func deadLetters(matching filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter]

    /// Puts dead letters back into their queues as new, and returns how many there were.
    ///
    /// They begin again: no retries, no attempts, no eta, no expiry. At a ``UniqueBroker`` they take their locks again;
    /// one whose lock another message holds stays a dead letter and is not counted.
    func retryDeadLetters(matching filter: DeadLetterFilter) async throws -> Int

    /// Puts a changed message in the place of a dead letter and back into its queue; returns whether it was there and
    /// the message's lock was free.
    ///
    /// - Parameters:
    ///   - id: The dead letter.
    ///   - message: What is sent in its place; of the same id.
    func retryDeadLetter(_ id: String, as message: WireMessage) async throws -> Bool

    /// Drops dead letters, and returns how many there were.
    func discardDeadLetters(matching filter: DeadLetterFilter) async throws -> Int
}

extension DeadLetterBroker {
    /// The dead letters, the latest first.
    public func deadLetters(limit: Int) async throws -> [DeadLetter] {
        try await deadLetters(matching: .all, limit: limit)
    }

    /// The dead letter of a task, or `nil`.
    public func deadLetter(_ id: String) async throws -> DeadLetter? {
        try await deadLetters(matching: .ids([id]), limit: 1).first
    }

    /// Puts dead letters back into their queues as new, and returns how many there were.
    public func retryDeadLetters(_ ids: [String]) async throws -> Int {
        try await retryDeadLetters(matching: .ids(ids))
    }

    /// Drops dead letters, and returns how many there were.
    public func discardDeadLetters(_ ids: [String]) async throws -> Int {
        try await discardDeadLetters(matching: .ids(ids))
    }
}

/// Which dead letters are meant; each part narrows it, and one that is `nil` lets all through.
public struct DeadLetterFilter: Sendable, Hashable {
    /// Those of these ids.
    public var ids: [String]?
    /// Those of the task of this name.
    public var task: String?
    /// Those from this queue.
    public var queue: String?
    /// Those with this reason.
    public var reason: DeadLetter.Reason?
    /// Those whose error contains this text.
    public var error: String?
    /// Those that died at this moment or later.
    public var since: Date?
    /// Those that died before this moment.
    public var before: Date?

    /// Makes a filter.
    public init(
        ids: [String]? = nil,
        task: String? = nil,
        queue: String? = nil,
        reason: DeadLetter.Reason? = nil,
        error: String? = nil,
        since: Date? = nil,
        before: Date? = nil
    ) {
        self.ids = ids
        self.task = task
        self.queue = queue
        self.reason = reason
        self.error = error
        self.since = since
        self.before = before
    }

    /// All dead letters.
    public static let all = DeadLetterFilter()

    /// Those of some ids.
    public static func ids(_ ids: [String]) -> DeadLetterFilter { DeadLetterFilter(ids: ids) }

    /// Whether it lets a dead letter through.
    public func matches(_ letter: DeadLetter) -> Bool {
        (ids?.contains(letter.id) ?? true) && (task.map { $0 == letter.task } ?? true)
            && (queue.map { $0 == letter.message.queue } ?? true) && (reason.map { $0 == letter.reason } ?? true)
            && (error.map { letter.error.contains($0) } ?? true) && (since.map { letter.diedAt >= $0 } ?? true)
            && (before.map { letter.diedAt < $0 } ?? true)
    }
}
