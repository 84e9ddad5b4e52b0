import Logging
import Synchronization

// What can stop a worker from working without an error: a broker that never returns from a call, a task that ignores its
// cancellation. The watchdog looks every third of `watchdogTimeout`. A part that has not come round for that long turns
// readiness red, with the reason; when it comes round again all is well. After twice that time `run()` throws, the
// process ends with a code other than 0, and whoever started it starts it again.

extension Worker {
    /// Looks after the loop until it has ended; ends it when it cannot go on.
    func watch() async {
        while (try? await client.time.sleep(for: options.watchdogTimeout / Watched.looks)) != nil {
            let (action, fetch) = watched.withLock { ($0.look(at: client.time.now), $0.fetch) }
            switch action {
            case .nothing: break
            case .warn(let problem):
                logger.critical("worker stalled", metadata: ["problem": "\(problem)"])
                held.loseExpired(at: client.time.now)
            case .recovered: logger.notice("worker goes on")
            case .giveUp(let problem):
                end.set(.failure(TaskError(.brokerFailed, "the worker has \(problem); it ends")))
                return
            }
            // An idle loop waits for messages; this makes it come round, and tries the broker.
            fetch?.cancel()
        }
    }
}
