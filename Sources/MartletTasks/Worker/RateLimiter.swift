import Foundation
import Synchronization

/// The rate limits of one worker: for each task, when the next one may start (Celery's token bucket with room for one).
///
/// What comes too early gets a start of its own and waits for it in the broker. Starts are given out for a minute ahead;
/// what finds none left comes again then, so that other workers have their share of a long queue.
final class RateLimiter: Sendable {
    private static let horizon: Double = 60

    private struct Schedule {
        var next = Date.distantPast
        /// The last start that was used.
        var last = Date.distantPast
        var starts: [String: Date] = [:]

        /// Forgets the starts of messages that another worker has taken.
        mutating func drop(before moment: Date) { starts = starts.filter { $0.value >= moment } }
    }

    private let schedules = Mutex<[String: Schedule]>([:])

    /// Lets a message start, or says when it may.
    func start(_ id: String, of task: String, limit: RateLimit, at now: Date) -> Date? {
        schedules.withLock { schedules in
            var schedule = schedules[task] ?? Schedule()
            defer { schedules[task] = schedule }
            // A message may come later than its start, as after a crash; by then another one may have used it.
            let soonest = schedule.last > now ? now : schedule.last.addingTimeInterval(limit.interval.inSeconds)
            if let start = schedule.starts[id] {
                guard start <= now else { return start }
                schedule.starts[id] = nil
                if soonest <= now {
                    schedule.last = now
                    return nil
                }
            }
            schedule.drop(before: now.addingTimeInterval(-Self.horizon))
            let start = max(schedule.next, soonest, now)
            guard start.timeIntervalSince(now) <= max(Self.horizon, limit.interval.inSeconds) else {
                return now.addingTimeInterval(Self.horizon)
            }
            schedule.next = start.addingTimeInterval(limit.interval.inSeconds)
            guard start > now else {
                schedule.last = now
                return nil
            }
            schedule.starts[id] = start
            return start
        }
    }
}
