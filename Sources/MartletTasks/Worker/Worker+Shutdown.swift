import Logging
import Synchronization

// The stages of a worker's shutdown, in order:
//
// 1. `stop()`: it takes no more messages, and hands back at once what it has fetched and not started.
// 2. What runs goes on for `WorkerOptions.drainTimeout`.
// 3. `endDrain()`: what still runs is cancelled and handed back; another worker runs it, and no attempt is counted.
//
// What a handed-back message looks like to the broker is the outcome `.handedBack`.

extension Worker {
    /// Asks it to stop as SIGTERM under a `ServiceGroup` does; ``run()`` returns when it is drained.
    public func stop() {
        stopping.set(())
        slots.close()
    }

    /// Cancels what is still running when the time for draining is over.
    func endDrain() async {
        guard await stopping.wait() != nil else { return }
        guard (try? await client.time.sleep(for: options.drainTimeout)) != nil else { return }
        let interruptions = running.withLock { Array($0.values) }
        logger.warning("drain timeout", metadata: ["running": "\(interruptions.count)"])
        for interruption in interruptions { interruption.set(.shutdown) }
    }
}
