public import Foundation

/// Thrown by a task to be run again later; it counts as one retry.
///
/// ```swift
/// guard let reply = try await fetch(url) else { throw Retry(after: .seconds(10)) }
/// ```
public struct Retry: Error, Sendable {
    /// The delay before the next run; `nil` leaves it to the task's policy, and without one to Celery's 180 s.
    public var delay: Duration?
    /// The moment of the next run; goes before ``delay``.
    public var eta: Date?
    /// How many retries at most; `nil` leaves it to the task's policy, and without one to Celery's 3.
    public var maxRetries: Int?
    /// Why.
    public var reason: String?

    /// Makes a wish for a retry.
    public init(after delay: Duration? = nil, maxRetries: Int? = nil, reason: String? = nil) {
        self.delay = delay
        self.maxRetries = maxRetries
        self.reason = reason
    }

    /// Makes a wish for a retry at a moment.
    public init(eta: Date, maxRetries: Int? = nil, reason: String? = nil) {
        self.init(maxRetries: maxRetries, reason: reason)
        self.eta = eta
    }
}
