import Foundation

/// Which deliveries at their last attempt a worker is at: one at a time, so that none dies of what another one does.
///
/// A task that kills its process takes with it what runs beside it, and all of it comes again at the same moment, likely
/// to the same worker. Kept apart at the last attempt, only the one that kills becomes a dead letter.
struct LastAttempts: Sendable {
    /// For how long one keeps the others waiting: a long run, or one that waits for another, holds nobody up for ever.
    static let patience: TimeInterval = 60
    /// How long the others go back to the broker.
    static let pause: TimeInterval = 1

    private var begun: [Receipt: Date] = [:]

    /// Begins one, unless another one has begun just now and has not ended.
    mutating func begin(_ receipt: Receipt, at now: Date) -> Bool {
        // A clock that was put back would hold them up otherwise.
        let isFree = begun.values.allSatisfy { abs(now.timeIntervalSince($0)) >= Self.patience }
        if isFree { begun[receipt] = now }
        return isFree
    }

    /// Ends one; of another delivery nothing is known.
    mutating func end(_ receipt: Receipt) {
        guard !begun.isEmpty else { return }
        begun[receipt] = nil
    }
}
