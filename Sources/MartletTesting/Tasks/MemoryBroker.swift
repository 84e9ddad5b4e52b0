import Foundation
public import MartletTasks
import Synchronization

/// A broker in the memory of one process, for tests: everything a broker can do, nothing kept.
public final class MemoryBroker: Broker, DelayedDeliveryBroker, DeadLetterBroker, StatisticsBroker {
    private let state = Mutex(MemoryQueue())
    private let time: TimeSource

    /// Makes an empty broker.
    public init(time: TimeSource = .system) { self.time = time }

    /// Takes messages; those whose id is there already are ignored.
    public func publish(_ messages: [WireMessage]) async throws {
        change { $0.publish(messages, at: $1) }
    }

    /// Hands out messages, waiting until there is one.
    public func receive(
        from queues: [String], limit: Int, lease: Duration
    ) async throws -> [ReceivedMessage] {
        while true {
            try Task.checkCancellation()
            let (version, messages, wake) = state.withLock { state in
                let messages = state.receive(from: queues, limit: limit, lease: lease, at: time.now)
                return (state.version, messages, state.nextWake(in: queues))
            }
            guard messages.isEmpty else { return messages }
            try await waitForChange(since: version, orUntil: wake)
        }
    }

    /// Ends deliveries.
    public func settle(_ settlements: [Settlement]) async throws {
        change { $0.settle(settlements, at: $1) }
    }

    /// Renews leases.
    public func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        change { $0.extendLease(of: receipts, by: lease, at: $1) }
    }

    /// The messages of a queue.
    public func depth(of queue: String) async throws -> QueueDepth {
        state.withLock { $0.depth(of: queue, at: time.now) }
    }

    /// Drops what is not leased.
    public func purge(_ queue: String) async throws -> Int { change { $0.purge(queue, at: $1) } }

    /// The dead letters a filter lets through, the latest first.
    public func deadLetters(matching filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter] {
        state.withLock { Array($0.deadLetters.reversed().filter(filter.matches).prefix(max(0, limit))) }
    }

    /// Puts dead letters back into their queues as new.
    public func retryDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        change { state, now in
            let letters = state.takeDeadLetters(matching: filter)
            state.publish(letters.map(\.renewed), at: now)
            return letters.count
        }
    }

    /// Puts a changed message in the place of a dead letter.
    public func retryDeadLetter(_ id: String, as message: WireMessage) async throws -> Bool {
        change { state, now in
            guard !state.takeDeadLetters(matching: .ids([id])).isEmpty else { return false }
            state.publish([message], at: now)
            return true
        }
    }

    /// Drops dead letters.
    public func discardDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        change { state, _ in state.takeDeadLetters(matching: filter).count }
    }

    /// Adds to the totals.
    public func add(_ counts: WorkerReport) async throws { state.withLock { $0.report = $0.report + counts } }

    /// The totals.
    public func statistics() async throws -> WorkerReport { state.withLock(\.report) }

    private func change<Value>(_ body: (inout MemoryQueue, Date) -> Value) -> Value {
        let (value, waiters) = state.withLock { state in
            let value = body(&state, time.now)
            state.version += 1
            let waiters = state.waiters
            state.waiters = [:]
            return (value, waiters)
        }
        for waiter in waiters.values { waiter.resume() }
        return value
    }

    private func waitForChange(since version: Int, orUntil wake: Date?) async throws {
        let time = time
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.waitForChange(since: version) }
            if let wake { group.addTask { try await time.sleep(until: wake) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func waitForChange(since version: Int) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isStale = state.withLock { state in
                    if state.version != version || state.cancelledWaiters.remove(id) != nil { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isStale { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if let waiter = state.waiters.removeValue(forKey: id) { return Optional(waiter) }
                state.cancelledWaiters.insert(id)
                return nil
            }
            waiter?.resume()
        }
        state.withLock { _ = $0.cancelledWaiters.remove(id) }
    }
}
