public import Foundation
import Synchronization

/// How a worker is: what `/readyz` says of it.
public struct WorkerHealth: Sendable, Hashable {
    /// When the broker last answered a fetch; `nil` before the first time.
    ///
    /// An idle worker fetches anew every third of ``WorkerOptions/watchdogTimeout``.
    public var lastFetch: Date?
    /// When leases were last renewed; `nil` when nothing has run long enough.
    public var lastLeaseRenewal: Date?
    /// Since when fetching fails; `nil` when the last one did not.
    public var failingSince: Date?
    /// Since when a part of the worker has not come round; `nil` when all do.
    public var stalledSince: Date?
    /// Whether it was asked to stop.
    public var isStopping = false
    /// What is wrong; `nil` when nothing is.
    public var problem: String?

    /// Makes the health of a worker that has just begun.
    public init() {}

    /// Whether it takes messages and nothing is wrong.
    public var isReady: Bool { problem == nil && !isStopping }
}

extension Worker {
    /// How it is.
    public var health: WorkerHealth {
        var health = watched.withLock(\.health)
        health.isStopping = stopping.current != nil
        return health
    }

    /// The check for `/readyz`.
    ///
    /// - Throws: ``TaskError`` with code `brokerFailed`, saying what is wrong, or that it stops.
    public func checkHealth() throws(TaskError) {
        let health = health
        if let problem = health.problem { throw TaskError(.brokerFailed, problem) }
        if health.isStopping { throw TaskError(.brokerFailed, "the worker stops and takes no more messages") }
    }
}
