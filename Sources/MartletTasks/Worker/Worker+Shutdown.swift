import Logging
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// The order in which a worker drains:
//
// 1. Its readiness turns red (``WorkerHealth/isReady``), and no more messages are fetched; a fetch under way is
//    cancelled, and what it still brings goes back.
// 2. What was fetched and not started goes back to its queue at once, and no attempt is counted.
// 3. Warm: what runs goes on for `drainTimeout`. Soft: for `softShutdownTimeout`.
// 4. Cold: what still runs is cancelled and handed back; another worker runs it, and no attempt is counted.
// 5. What does not end even then is given up after twice the `watchdogTimeout`, and `run()` throws.
//
// Hard leaves all of that out. What a handed-back message looks like to the broker is the outcome `.handedBack`.

extension Worker {
    /// Asks it to stop; ``run()`` returns when it is drained.
    ///
    /// It can be called again with a later stage, which cuts the one before short; an earlier one changes nothing.
    public func stop(_ stage: ShutdownStage = .warm) {
        if stage == .hard {
            logger.critical("worker stopping hard", metadata: ["running": "\(held.count)"])
            _exit(75)
        }
        let isNew = self.stage.withLock { current in
            guard current.map({ $0 < stage }) ?? true else { return false }
            current = stage
            return true
        }
        guard isNew else { return }
        logger.notice("worker stopping", metadata: ["stage": "\(stage)"])
        stopping.set(())
        if stage >= .soft { softening.set(()) }
        if stage >= .cold { cancelling.set(()) }
        slots.close()
        watched.withLock(\.fetch)?.cancel()
    }

    /// Goes to the next stage, as a further signal does: the first one asks for a warm stop.
    public func stopFurther() { stop(stage.withLock(\.self)?.next ?? .warm) }

    /// Cancels what is still running when the time for draining is over.
    func endDrain() async {
        guard await stopping.wait() != nil else { return }
        await wait(for: softening, atMost: options.drainTimeout)
        if softening.current != nil { await wait(for: cancelling, atMost: options.softShutdownTimeout) }
        guard !Task.isCancelled else { return }
        stage.withLock { $0 = max($0 ?? .cold, .cold) }
        watched.withLock { $0.ending.begin() }
        logger.warning("cancelling what runs", metadata: ["running": "\(held.interruptAll())"])
    }

    /// Waits for a signal, and for a time at most.
    func wait(for signal: Signal<Void>, atMost duration: Duration?) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await signal.wait() }
            if let duration { group.addTask { try? await self.client.time.sleep(for: duration) } }
            await group.next()
            group.cancelAll()
        }
    }
}
