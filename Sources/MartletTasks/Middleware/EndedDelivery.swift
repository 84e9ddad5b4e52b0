public import Foundation

/// How a delivery ended, for ``TaskMiddleware/ended(_:)``.
public struct EndedDelivery: Sendable {
    /// The message; `nil` when it was none of protocol 2.
    public let message: TaskMessage?
    /// The id of the task.
    public let id: String
    /// The queue it came through.
    public let queue: String
    /// Which delivery of the message it was, counted from 1.
    public let attempt: Int
    /// What became of it.
    public let outcome: DeliveryOutcome
    /// What the task returned, when it succeeded.
    public let value: JSONValue?
    /// The error, when it failed, was lost or will be tried again.
    public let failure: TaskFailure?
    /// When it will run again, if that is settled.
    public let nextRun: Date?
    /// What runs in its place, when the task was replaced (``TaskContext/replace(with:)``).
    public let replacement: Canvas?
    /// Why it is a dead letter; `nil` when it is none.
    public let deadLetter: DeadLetter.Reason?
    /// How long it ran; `nil` when it was not run.
    public let runTime: Duration?

    /// The name of the task; `nil` when the message could not be read.
    public var task: String? { message?.task }
}

/// What became of a delivery: a word that is also the label `outcome` of metrics; there may be more of them later.
public struct DeliveryOutcome: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word.
    public let rawValue: String
    /// Makes an outcome of its word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The word.
    public var description: String { rawValue }
    /// Whether the task has failed for good.
    public var isFailure: Bool { self == .failed || self == .failedAsExpected }

    /// The task returned.
    public static let succeeded = DeliveryOutcome(rawValue: "succeeded")
    /// It had succeeded in an earlier delivery, and was not run again.
    public static let alreadySucceeded = DeliveryOutcome(rawValue: "already-succeeded")
    /// It has failed for good, and is a dead letter.
    public static let failed = DeliveryOutcome(rawValue: "failed")
    /// It has failed with an error its options expect, and is no dead letter.
    public static let failedAsExpected = DeliveryOutcome(rawValue: "failed-as-expected")
    /// It will be tried again.
    public static let retried = DeliveryOutcome(rawValue: "retried")
    /// It wishes to run later.
    public static let snoozed = DeliveryOutcome(rawValue: "snoozed")
    /// It has refused its message, which is a dead letter.
    public static let rejected = DeliveryOutcome(rawValue: "rejected")
    /// It has refused its message, which is in the queue again.
    public static let requeued = DeliveryOutcome(rawValue: "requeued")
    /// It wished that nothing is said about it.
    public static let ignored = DeliveryOutcome(rawValue: "ignored")
    /// Something else runs in its place (Celery's `on_replace`).
    public static let replaced = DeliveryOutcome(rawValue: "replaced")
    /// It came too late and was not run.
    public static let expired = DeliveryOutcome(rawValue: "expired")
    /// It was revoked, before or while it ran.
    public static let revoked = DeliveryOutcome(rawValue: "revoked")
    /// It was not run because of a limit.
    public static let deferred = DeliveryOutcome(rawValue: "deferred")
    /// It was not run, or not to its end, because the worker stops.
    public static let handedBack = DeliveryOutcome(rawValue: "handed-back")
    /// Its lease was lost, so another worker may have the message; what became of the run is not stored.
    public static let leaseLost = DeliveryOutcome(rawValue: "lease-lost")
    /// Its process died, and it is handed out again.
    public static let lost = DeliveryOutcome(rawValue: "lost")
}
