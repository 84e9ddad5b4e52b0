import Logging
import Synchronization

extension Worker {
    /// Fetches into free slots until the worker stops, and returns when all that it started has ended.
    func consume() async throws {
        let queues = queues
        try await withThrowingDiscardingTaskGroup { pool in
            var failures = 0
            while stopping.current == nil, !Task.isCancelled {
                let free = await slots.waitForFree()
                guard free > 0 else { break }
                do {
                    let batch = try await receive(from: queues, limit: free)
                    failures = 0
                    for received in batch { start(received, in: &pool) }
                } catch is CancellationError {
                    break
                } catch {
                    failures += 1
                    try await recover(from: error, failures: failures)
                }
            }
        }
    }

    /// Runs the delivery in the pool, or gives it back at once when the worker stops.
    private func start(_ received: ReceivedMessage, in pool: inout ThrowingDiscardingTaskGroup<any Error>) {
        slots.take()
        let interruption = Signal<Interruption>()
        running.withLock { $0[received.receipt] = interruption }
        if stopping.current != nil { interruption.set(.shutdown) }
        pool.addTask {
            await self.process(received, interruption: interruption)
            _ = self.running.withLock { $0.removeValue(forKey: received.receipt) }
            self.slots.giveBack()
        }
    }

    /// Receives until there is something or the worker stops; what is received while stopping is not lost.
    private func receive(from queues: [String], limit: Int) async throws -> [ReceivedMessage] {
        let (broker, lease, stopping) = (client.broker, options.lease, stopping)
        return try await withThrowingTaskGroup(of: [ReceivedMessage].self) { group in
            group.addTask { try await broker.receive(from: queues, limit: limit, lease: lease) }
            group.addTask {
                _ = await stopping.wait()
                return []
            }
            var received = try await group.next() ?? []
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .success(let more) = result { received += more }
            }
            return received
        }
    }

    private func recover(from error: any Error, failures: Int) async throws {
        logger.error("receiving failed", metadata: ["error": "\(error)", "failures": "\(failures)"])
        guard failures < options.maxBrokerFailures else {
            throw TaskError(
                .brokerFailed, "the broker failed \(failures) times in a row; the worker ends. Last error: \(error)",
                cause: error)
        }
        try? await client.time.sleep(for: .milliseconds(100 * (1 << min(failures, 6))))
    }
}
