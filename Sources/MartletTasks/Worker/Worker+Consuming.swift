import Foundation
import Logging
import Synchronization

extension Worker {
    /// Fetches into free slots until the worker stops, and returns when all that it started has ended.
    func consume(from queues: [String]) async throws {
        try await withThrowingDiscardingTaskGroup { pool in
            var failures = 0
            while stopping.current == nil, !Task.isCancelled {
                let room = await slots.waitForRoom()
                start(slots.take(), in: &pool)
                guard room > 0 else { continue }
                do {
                    let fetched = try await fetch(from: queues, limit: room)
                    failures = 0
                    start(slots.take(await withLastAttemptsApart(fetched)), in: &pool)
                } catch {
                    failures += 1
                    try await recover(from: error, failures: failures)
                }
            }
            handBack(in: &pool)
        }
    }

    /// Receives until there is something, the worker stops or the watchdog asks for a round.
    private func fetch(from queues: [String], limit: Int) async throws -> [Fetched] {
        let fetch = Fetch.start(from: client.broker, queues: queues, limit: limit, lease: options.lease)
        watched.withLock { $0.begin(fetch) }
        if stopping.current != nil { fetch.cancel() }
        let messages: [ReceivedMessage]
        do {
            messages = try await fetch.messages()
        } catch {
            watched.withLock { $0.failed(error, at: client.time.now) }
            throw error
        }
        watched.withLock { $0.fetched(at: client.time.now) }
        let fetched = messages.map { Fetched(received: $0, interruption: Signal()) }
        held.insert(fetched, leasedUntil: client.time.now.addingTimeInterval(options.lease.inSeconds))
        return fetched
    }

    /// Runs deliveries in the pool, and in the same place those that wait for one.
    private func start(_ ready: [Fetched], in pool: inout ThrowingDiscardingTaskGroup<any Error>) {
        for first in ready {
            pool.addTask {
                var next: Fetched? = first
                while let fetched = next {
                    let ending = await self.deliver(fetched)
                    next = self.slots.next(isReporting: ending == .reporting)
                }
            }
        }
    }

    /// Gives back what was fetched and not started.
    private func handBack(in pool: inout ThrowingDiscardingTaskGroup<any Error>) {
        for fetched in slots.handBack() {
            fetched.interruption.set(.shutdown)
            pool.addTask { _ = await self.deliver(fetched) }
        }
    }

    private func deliver(_ fetched: Fetched) async -> DeliveryEnding {
        let ending = await process(fetched.received, interruption: fetched.interruption)
        if ending == .over { forget([fetched.received.receipt]) }
        return ending
    }

    /// Deliveries are over.
    func forget(_ receipts: [Receipt]) {
        held.remove(receipts)
        lastAttempts.withLock { attempts in
            for receipt in receipts { attempts.end(receipt) }
        }
    }

    private func recover(from error: any Error, failures: Int) async throws {
        logger.error("receiving failed", metadata: ["error": "\(error)", "failures": "\(failures)"])
        guard failures < options.maxBrokerFailures else {
            throw TaskError(
                .brokerFailed, "the broker failed \(failures) times in a row; the worker ends. Last error: \(error)",
                cause: error)
        }
        await wait(for: stopping, atMost: .milliseconds(100 * (1 << min(failures, 6))))
    }
}
