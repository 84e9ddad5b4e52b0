import Foundation
import Synchronization

extension Worker {
    /// What of the fetched may be started; the last attempts beside one that is run go back to the broker before.
    ///
    /// They go back first, since what is in hand when the process dies counts as tried.
    func withLastAttemptsApart(_ fetched: [Fetched]) async -> [Fetched] {
        guard !pool.isolatesRuns, fetched.contains(where: { $0.received.attempt > 1 }) else { return fetched }
        var first: [Fetched] = []
        var ready: [Fetched] = []
        var later: [Fetched] = []
        for one in fetched {
            if !isLastAttempt(one.received) {
                ready.append(one)
            } else if mayBegin(one.received) {
                first.append(one)
            } else {
                later.append(one)
            }
        }
        await putOff(later)
        return first + ready
    }

    /// Whether it becomes a dead letter if its process dies once more.
    private func isLastAttempt(_ received: ReceivedMessage) -> Bool {
        guard received.attempt > 1,
            case .next(let job) = Decoding(registry: registry, content: content).decode(received)
        else {
            return false
        }
        return received.attempt == job.definition.options.delivery.maxAttempts
    }

    /// It needs a place at once, since what waits in the worker for one counts as tried too.
    private func mayBegin(_ received: ReceivedMessage) -> Bool {
        let (size, busy) = slots.use
        guard busy < size else { return false }
        return lastAttempts.withLock { $0.begin(received.receipt, at: client.time.now) }
    }

    private func putOff(_ later: [Fetched]) async {
        let moment = client.time.now.addingTimeInterval(LastAttempts.pause)
        await withDiscardingTaskGroup { group in
            for fetched in later {
                group.addTask {
                    await self.report(.deferred(until: moment), of: fetched.received, nil)
                    self.held.remove([fetched.received.receipt])
                }
            }
        }
    }
}
