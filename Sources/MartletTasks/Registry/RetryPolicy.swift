/// When a failed task is run again: how often and after which delay.
public struct RetryPolicy: Sendable, Hashable {
    private enum Growth: Sendable, Hashable { case none, fixed, exponential }

    /// How many times at most.
    public let maxRetries: Int
    private let growth: Growth
    private let base: Duration
    private let cap: Duration
    private let jitter: Bool

    /// Failures are final.
    public static let none = RetryPolicy(maxRetries: 0, growth: .none, base: .zero, cap: .zero, jitter: false)

    /// Always the same delay.
    public static func fixed(max: Int = 3, delay: Duration = .seconds(180)) -> RetryPolicy {
        RetryPolicy(maxRetries: max, growth: .fixed, base: delay, cap: delay, jitter: false)
    }

    /// Delays of `base`, 2 × `base`, 4 × `base` … up to `cap`.
    ///
    /// With jitter, as in Celery the default, the delay is random between zero and that (Celery
    /// `utils/time.py`, `get_exponential_backoff_interval`; `retry_backoff_max` is 600 s).
    public static func exponential(
        max: Int = 3, base: Duration = .seconds(1), cap: Duration = .seconds(600), jitter: Bool = true
    ) -> RetryPolicy {
        RetryPolicy(maxRetries: max, growth: .exponential, base: base, cap: cap, jitter: jitter)
    }

    /// The delay before the next run of a task that has been retried `retries` times, or `nil` when it is final.
    public func delay(
        afterRetries retries: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        guard retries < maxRetries else { return nil }
        switch growth {
        case .none: return nil
        case .fixed: return base
        case .exponential:
            let delay = min(cap, base * (1 << min(max(retries, 0), 40)))
            guard jitter else { return delay }
            return .milliseconds(Int.random(in: 0...max(0, Int(delay.inSeconds * 1000)), using: &generator))
        }
    }
}

/// Thrown by a task to be run again later; it counts as one retry.
///
/// ```swift
/// guard let reply = try await fetch(url) else { throw Retry(after: .seconds(10)) }
/// ```
public struct Retry: Error, Sendable {
    /// The delay before the next run; `nil` leaves it to the task's policy, and without one to Celery's 180 s.
    public var delay: Duration?
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
}
