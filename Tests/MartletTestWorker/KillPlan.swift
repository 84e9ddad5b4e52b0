import Foundation
import Synchronization

/// Kills this process, or the worker whose pool it belongs to, at a moment the environment chooses.
///
/// `KILL_AFTER` is how many steps after the start the worker or client dies, `KILL_CHILD_AFTER` the same for a process of
/// a pool, `KILL_DELAY` how many microseconds later: 0 is in the midst of the step. `KILL_AT` counts one kind of step.
enum KillPlan {
    enum Step: String {
        /// A task runs.
        case run
        /// A call is noted as ordered and its task is not enqueued yet.
        case order
        /// A call is published.
        case publish
        /// The broker is about to be told the end of a delivery whose result is stored.
        case settle
        /// The outbox relay has published and not removed yet.
        case carry
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let count = Atomic(0)
    private static let after = number("KILL_AFTER")
    private static let childAfter = number("KILL_CHILD_AFTER")
    private static let delay = UInt32(number("KILL_DELAY"))
    private static let kind = environment["KILL_AT"].flatMap(Step.init)
    private static let workerVariable = "KILL_WORKER"
    /// The worker whose pool this process belongs to.
    private static let worker = environment[workerVariable].flatMap { pid_t($0) }

    /// Has the processes of this worker's pool know whom to kill; called before they are started.
    static func begin() { setenv(workerVariable, "\(getpid())", 1) }

    /// Counts a step; the last one kills.
    static func step(_ step: Step) {
        guard kind == nil || kind == step else { return }
        let number = count.add(1, ordering: .relaxed).newValue
        if number == childAfter, worker != nil { end(getpid()) }
        if number == after { end(worker ?? getpid()) }
    }

    private static func end(_ pid: pid_t) {
        @Sendable func now() {
            // A worker that is gone already may have left its id to another process.
            if pid == getpid() || pid == getppid() { _ = kill(pid, SIGKILL) }
        }
        guard delay > 0 else { return now() }
        Thread.detachNewThread {
            usleep(delay)
            now()
        }
    }

    private static func number(_ name: String) -> Int { environment[name].flatMap { Int($0) } ?? 0 }
}
