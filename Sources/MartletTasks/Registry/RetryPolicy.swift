/// When a failed task is run again: how often, after which delay, and after which errors.
///
/// ```swift
/// @Task(retry: .exponential(max: 5).only(on: [ConnectionLost.self]))
/// @Task(retry: .delays(.seconds(1), .seconds(10), .seconds(60)))
/// ```
///
/// It holds for errors a task throws and for ``Retry`` alike.
public struct RetryPolicy: Sendable, Hashable {
    private enum Schedule: Sendable, Hashable {
        case none
        case delays([Duration])
        case exponential(base: Duration, cap: Duration, jitter: Bool)
        case custom(NamedDelay)
    }

    private enum Filter: Sendable, Hashable {
        case all
        case only(ErrorTypes)
        case except(ErrorTypes)
    }

    /// How many times at most; `nil` is for ever (Celery's `max_retries`).
    public let maxRetries: Int?
    private let schedule: Schedule
    private var filter = Filter.all

    private init(_ schedule: Schedule, max: Int?) {
        maxRetries = max.map { Swift.max(0, $0) }
        self.schedule = schedule
    }

    /// Failures are final; a ``Retry`` a task throws goes by Celery's default, 3 times, 180 s apart.
    public static let none = RetryPolicy(.none, max: 0)

    /// Always the same delay; by default 3 times, 180 s apart.
    public static func fixed(max: Int? = 3, delay: Duration = .seconds(180)) -> RetryPolicy {
        RetryPolicy(.delays([delay]), max: max)
    }

    /// One delay after the other, and then no more.
    public static func delays(_ delays: Duration...) -> RetryPolicy { RetryPolicy(.delays(delays), max: delays.count) }

    /// Delays of `base`, 2 × `base`, 4 × `base` … up to `cap`.
    ///
    /// With jitter, as in Celery the default, the delay is random between zero and that (Celery
    /// `utils/time.py`, `get_exponential_backoff_interval`; `retry_backoff_max` is 600 s).
    public static func exponential(
        max: Int? = 3, base: Duration = .seconds(1), cap: Duration = .seconds(600), jitter: Bool = true
    ) -> RetryPolicy {
        RetryPolicy(.exponential(base: base, cap: cap, jitter: jitter), max: max)
    }

    /// Delays of your own.
    ///
    /// - Parameters:
    ///   - name: What tells it from others: two of one name and maximum are equal.
    ///   - max: How many times at most; `nil` is for ever.
    ///   - delay: The delay after so many retries, counted from 0.
    public static func custom(
        _ name: String, max: Int? = 3, delay: @escaping @Sendable (_ retries: Int) -> Duration
    ) -> RetryPolicy {
        RetryPolicy(.custom(NamedDelay(name: name, delay: delay)), max: max)
    }

    /// The same policy for these errors, and none for all others (Celery's `autoretry_for`).
    public func only(on errors: ErrorTypes) -> RetryPolicy {
        var copy = self
        copy.filter = .only(errors)
        return copy
    }

    /// The same policy for all errors but these (Celery's `dont_autoretry_for`).
    public func except(_ errors: ErrorTypes) -> RetryPolicy {
        var copy = self
        copy.filter = .except(errors)
        return copy
    }

    /// The delay before the next run of a task that has been retried `retries` times, or `nil` when it is final.
    public func delay(
        afterRetries retries: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        allows(retries) ? nextDelay(afterRetries: retries, using: &generator) : nil
    }

    /// Whether a task that has been retried so many times may be retried again.
    func allows(_ retries: Int) -> Bool { maxRetries.map { retries < $0 } ?? true }

    /// Whether it holds for an error.
    func covers(_ error: any Error) -> Bool {
        switch filter {
        case .all: true
        case .only(let types): types.contains(error)
        case .except(let types): !types.contains(error)
        }
    }

    /// The delay without regard to the maximum; the last of several repeats.
    func nextDelay(afterRetries retries: Int, using generator: inout some RandomNumberGenerator) -> Duration? {
        let retries = max(0, retries)
        switch schedule {
        case .none: return nil
        case .delays(let delays): return retries < delays.count ? delays[retries] : delays.last
        case .custom(let custom): return max(.zero, custom.delay(retries))
        case .exponential(let base, let cap, let jitter):
            let delay = min(cap, base * (1 << min(retries, 40)))
            guard jitter else { return delay }
            return .milliseconds(Int.random(in: 0...max(0, Int(delay.inSeconds * 1000)), using: &generator))
        }
    }
}

/// A closure that is compared by its name.
private struct NamedDelay: Sendable, Hashable {
    let name: String
    let delay: @Sendable (Int) -> Duration

    static func == (left: NamedDelay, right: NamedDelay) -> Bool { left.name == right.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
