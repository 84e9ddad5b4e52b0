public import Foundation

/// Thrown by a task to be run later without having failed: neither a retry nor an attempt is used.
///
/// ```swift
/// guard await bank.isOpen else { throw Snooze(for: .seconds(600)) }
/// ```
///
/// Until then its state is `PENDING`, and ``AsyncResult/nextRun()`` tells when it comes. A task may snooze as often as it
/// likes; what ends it is its `expires`.
public struct Snooze: Error, Sendable {
    /// When it is run.
    public enum Moment: Sendable, Hashable {
        /// So long from now.
        case after(Duration)
        /// At this moment.
        case at(Date)
    }

    /// When it is run.
    public var moment: Moment

    /// Makes a wish to be run after a while.
    public init(for duration: Duration) { moment = .after(duration) }

    /// Makes a wish to be run at a moment.
    public init(until date: Date) { moment = .at(date) }

    func date(from now: Date) -> Date {
        switch moment {
        case .after(let duration): now.addingTimeInterval(duration.inSeconds)
        case .at(let date): date
        }
    }
}
