public import Foundation

/// The time a worker and a client go by: a clock to sleep on and the date.
///
/// Tests use a virtual one, whose date moves with its clock.
public struct TimeSource: Sendable {
    /// The clock for waiting.
    public let clock: any Clock<Duration>
    private let date: @Sendable () -> Date

    /// Makes a time source of a clock and a way to ask for the date.
    public init(clock: any Clock<Duration>, date: @escaping @Sendable () -> Date) {
        self.clock = clock
        self.date = date
    }

    /// The system's time.
    public static let system = TimeSource(clock: ContinuousClock()) { Date() }

    /// The date and time now.
    public var now: Date { date() }

    /// Waits.
    ///
    /// - Throws: `CancellationError`.
    public func sleep(for duration: Duration) async throws { try await clock.sleep(for: duration) }

    /// Waits until a moment; returns at once when it has passed.
    ///
    /// - Throws: `CancellationError`.
    public func sleep(until moment: Date) async throws {
        let seconds = moment.timeIntervalSince(now)
        if seconds > 0 { try await sleep(for: .seconds(min(seconds, 86_400))) }
    }
}
