public import Foundation

/// A message no worker could deal with.
public struct DeadLetter: Sendable, Hashable {
    /// Why a message is a dead letter.
    public struct Reason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The word it is stored as.
        public let rawValue: String
        /// Makes a reason of its word.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The word it is stored as.
        public var description: String { rawValue }

        /// No task of its name is registered.
        public static let unknownTask = Reason(rawValue: "unknown-task")
        /// It is not a message of protocol v2.
        public static let undecodable = Reason(rawValue: "undecodable")
        /// Its arguments do not fit the task.
        public static let invalidArguments = Reason(rawValue: "invalid-arguments")
        /// The worker died each time it was started.
        public static let crashed = Reason(rawValue: "crashed")
        /// The task failed, and its policy has no retries.
        public static let failed = Reason(rawValue: "failed")
        /// The task failed, and all retries too.
        public static let retriesExhausted = Reason(rawValue: "retries-exhausted")
        /// The task has refused it with ``Reject``.
        public static let rejected = Reason(rawValue: "rejected")
    }

    /// The message.
    public var message: WireMessage
    /// Why it is here.
    public var reason: Reason
    /// The last error.
    public var error: String
    /// How often it was handed out since it was last published or retried.
    public var attempts: Int
    /// Since when it is here.
    public var diedAt: Date

    /// Makes a dead letter.
    public init(message: WireMessage, reason: Reason, error: String, attempts: Int, diedAt: Date) {
        self.message = message
        self.reason = reason
        self.error = error
        self.attempts = attempts
        self.diedAt = diedAt
    }

    /// The id of the task.
    public var id: String { message.id }

    /// The name of its task, or `nil` if that cannot be read.
    public var task: String? { headers?.task }

    /// The message to send in its place: without retries, eta and expiry, so that it begins again; its history stays.
    public var renewed: WireMessage {
        guard var headers, var properties = try? message.readProperties() else { return message }
        headers.failedRuns = history
        headers.retries = 0
        headers.eta = nil
        headers.expires = nil
        properties.custom["expiration"] = nil
        // The body stays as it is, in whatever form.
        var wire = WireMessage.of(headers, properties, body: message.body)
        wire.uniqueLock = message.uniqueLock
        return wire
    }

    /// The message decoded, unless that is what is wrong with it or it is not JSON; those of other serializers are read with
    /// ``TaskMessage/init(wire:content:limits:)``.
    public var taskMessage: TaskMessage? { try? TaskMessage(wire: message) }

    /// Its headers, unless they cannot be read.
    var headers: TaskHeaders? { try? message.readHeaders() }
}
