import Foundation

/// Something that has to come round, looked at in even steps of time.
///
/// It is the steps that count, not the dates, so that a clock that jumps or a machine that sleeps alarms nobody.
struct Pulse: Sendable, Hashable {
    private var round = 0
    private var isBusy = false
    private var seen: Int?
    /// How many looks in a row have found it in the same round.
    private(set) var missed = 0

    /// Calls what must return.
    mutating func begin() {
        round += 1
        isBusy = true
    }

    /// Has returned.
    mutating func end() { isBusy = false }

    mutating func look() {
        missed = isBusy && seen == round ? missed + 1 : 0
        seen = isBusy ? round : nil
    }
}

/// What the watchdog knows about the parts of a worker: a value without clock or waiting.
///
/// A part has stalled when it has not come round for three looks, and is given up after six.
struct Watched: Sendable {
    /// What the watchdog is to do.
    enum Action: Sendable, Hashable {
        case nothing
        /// It has stalled just now.
        case warn(String)
        /// It goes on.
        case recovered
        /// It will not go on.
        case giveUp(String)
    }

    static let looks = 3

    var consuming = Pulse()
    var renewing = Pulse()
    var ending = Pulse()
    var fetch: Fetch?
    var health = WorkerHealth()

    /// Begins a fetch.
    mutating func begin(_ fetch: Fetch) {
        self.fetch = fetch
        consuming.begin()
    }

    /// The broker has answered.
    mutating func fetched(at now: Date) {
        consuming.end()
        health.lastFetch = now
        health.failingSince = nil
        if health.stalledSince == nil { health.problem = nil }
    }

    /// The broker has failed.
    mutating func failed(_ error: any Error, at now: Date) {
        consuming.end()
        let since = health.failingSince ?? now
        health.failingSince = since
        health.problem = "the broker has failed since \(ISODate.text(of: since)): \(error)"
    }

    /// Looks after all parts, a third of the time-out after the last look.
    mutating func look(at now: Date) -> Action {
        consuming.look()
        renewing.look()
        ending.look()
        let parts = [
            (consuming, "the consume loop: receiving from the broker does not return"),
            (renewing, "renewing leases: the broker does not answer"),
            (ending, "stopping: what runs was cancelled and does not end"),
        ]
        guard let (pulse, what) = parts.max(by: { $0.0.missed < $1.0.missed }), pulse.missed >= Self.looks else {
            guard health.stalledSince != nil else { return .nothing }
            health.stalledSince = nil
            health.problem = nil
            return .recovered
        }
        let since = health.stalledSince ?? now
        let problem = "stalled since \(ISODate.text(of: since)) in \(what)"
        health.problem = problem
        if pulse.missed >= 2 * Self.looks { return .giveUp(problem) }
        guard health.stalledSince == nil else { return .nothing }
        health.stalledSince = since
        return .warn(problem)
    }
}
