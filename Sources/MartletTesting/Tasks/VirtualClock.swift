public import Foundation
public import MartletTasks
import Synchronization

/// A clock that stands still until a test moves it, and a date that moves with it.
///
/// ```swift
/// let clock = VirtualClock()
/// let worker = Worker(…, time: clock.time)
/// clock.advance(by: .seconds(60))
/// ```
public final class VirtualClock: Clock, Sendable {
    /// A point on the clock: the time since it was made.
    public struct Instant: InstantProtocol {
        /// The time since the clock was made.
        public var offset: Duration
        /// The point some time later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// The time from here to another point.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        /// Whether one point is before another.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        var deadline: Instant
        /// The task that sleeps, if a worker runs it.
        var task: String?
        var continuation: CheckedContinuation<Void, any Error>
    }

    /// When a sleeper wakes; who came first goes first.
    private struct Turn: Comparable {
        let deadline: Instant
        let id: Int
        static func < (left: Turn, right: Turn) -> Bool {
            left.deadline == right.deadline ? left.id < right.id : left.deadline < right.deadline
        }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        /// The turns of the sleepers, and of some that were cancelled.
        var turns = MinimumHeap<Turn>()
        var cancelled: Set<Int> = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        /// The next turn of one who sleeps still.
        mutating func nextTurn() -> Turn? {
            while let turn = turns.first, sleepers[turn.id] == nil { _ = turns.removeFirst() }
            return turns.first
        }

        mutating func add(_ id: Int, _ sleeper: Sleeper) {
            sleepers[id] = sleeper
            turns.insert(Turn(deadline: sleeper.deadline, id: id))
            if turns.count > 2 * sleepers.count + 64 { turns.keep { sleepers[$0.id] != nil } }
        }

        /// Takes those whose time has come, in order.
        mutating func takeDue() -> [Sleeper] {
            var due: [Sleeper] = []
            while let turn = nextTurn(), turn.deadline <= now {
                if let sleeper = sleepers.removeValue(forKey: turn.id) { due.append(sleeper) }
            }
            return due
        }

        mutating func watchersToResume() -> [CheckedContinuation<Void, Never>] {
            let count = sleepers.count
            let ready = watchers.filter { $0.count <= count }.map(\.continuation)
            watchers.removeAll { $0.count <= count }
            return ready
        }
    }

    private let state = Mutex(State())
    private let epoch: Date

    /// Makes a clock that shows `date`; by default 2026-01-01 00:00 UTC.
    public init(date: Date = Date(timeIntervalSince1970: 1_767_225_600)) { epoch = date }

    /// The point the clock shows.
    public var now: Instant { state.withLock(\.now) }
    /// The smallest step.
    public var minimumResolution: Duration { .nanoseconds(1) }
    /// The date the clock shows.
    public var date: Date {
        let (seconds, attoseconds) = now.offset.components
        return epoch.addingTimeInterval(Double(seconds) + Double(attoseconds) * 1e-18)
    }
    /// The time source that goes by this clock.
    public var time: TimeSource { TimeSource(clock: self) { [self] in date } }
    /// The next point somebody sleeps for.
    public var nextDeadline: Instant? { state.withLock { $0.nextTurn()?.deadline } }
    /// The ids of the tasks that are asleep.
    var sleepingTasks: Set<String> { state.withLock { Set($0.sleepers.values.compactMap(\.task)) } }
    /// How many are asleep.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Waits until the clock is moved to a point.
    ///
    /// - Throws: `CancellationError`.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enqueue(id, Sleeper(deadline: deadline, task: TaskContext.current?.id, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Moves the clock and wakes all whose time has come, in order.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            return state.takeDue()
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Moves the clock to the next point somebody sleeps for; returns whether there was one.
    @discardableResult
    public func advanceToNextSleeper() -> Bool {
        let step = state.withLock { state in
            state.nextTurn().map { state.now.duration(to: $0.deadline) }
        }
        guard let step else { return false }
        advance(by: max(.zero, step))
        return true
    }

    /// Waits until at least `count` are asleep.
    public func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isReady = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    private enum Arrival {
        case awake, cancelled
        case asleep([CheckedContinuation<Void, Never>])
    }

    private func enqueue(_ id: Int, _ sleeper: Sleeper) {
        let arrival = state.withLock { state -> Arrival in
            if state.cancelled.remove(id) != nil { return .cancelled }
            if sleeper.deadline <= state.now { return .awake }
            state.add(id, sleeper)
            return .asleep(state.watchersToResume())
        }
        switch arrival {
        case .awake: sleeper.continuation.resume()
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        case .asleep(let watchers): for watcher in watchers { watcher.resume() }
        }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state in
            if let sleeper = state.sleepers.removeValue(forKey: id) { return Optional(sleeper) }
            state.cancelled.insert(id)
            return nil
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
