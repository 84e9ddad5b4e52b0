import Foundation
public import MartletTasks
import Synchronization

/// A broker in the memory of one process, for tests: everything a broker can do, nothing kept.
public final class MemoryBroker: Broker, DelayedDeliveryBroker {
    private let queue = Mutex(MemoryQueue())
    private let time: TimeSource
    private let deadLetterLifetime: Duration
    /// Wakes receivers.
    private let changes = Wakes()
    /// Wakes those who follow revocations.
    let revoked = Wakes()

    /// How long a receiver waits at most before it looks again: the date may have been put forward.
    private static let lookInterval: TimeInterval = 30

    /// Makes an empty broker; ``cleanUp()`` drops dead letters after `deadLetterLifetime`, by default 90 days.
    public init(time: TimeSource = .system, deadLetterLifetime: Duration = .seconds(90 * 86_400)) {
        self.time = time
        self.deadLetterLifetime = deadLetterLifetime
    }

    /// Takes messages; those whose id is there already or whose lock is held are ignored.
    public func publish(_ messages: [WireMessage]) async throws {
        change { _ = $0.publish(messages, at: $1) }
    }

    /// Hands out messages, waiting until there is one.
    public func receive(
        from queues: [String], limit: Int, lease: Duration
    ) async throws -> [ReceivedMessage] {
        while true {
            try Task.checkCancellation()
            let version = changes.version
            let (messages, wake, isEarlier) = look { queue, now in
                let before = queue.nextWake() ?? .distantFuture
                let messages = queue.receive(from: queues, limit: limit, lease: lease, at: now)
                let wake = queue.nextWake()
                return (messages, wake, wake.map { $0 < before } ?? false)
            }
            // The lease may end before others would look again.
            if isEarlier { changes.notify() }
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
    public func depth(of queue: String) async throws -> QueueDepth { change { $0.depth(of: queue, at: $1) } }

    /// Drops what is not leased.
    public func purge(_ queue: String) async throws -> Int { change { $0.purge(queue, at: $1) } }

    /// Drops old dead letters, and revocations and locks that have expired.
    public func cleanUp() async throws {
        look { $0.cleanUp(at: $1, deadLetterLifetime: deadLetterLifetime) }
    }

    /// Does something nobody waits for.
    func look<Value: Sendable>(_ body: (inout MemoryQueue, Date) -> Value) -> Value {
        let now = time.now
        return queue.withLock { body(&$0, now) }
    }

    /// Changes something, and wakes receivers if it is of interest to them.
    func change<Value: Sendable>(_ body: (inout MemoryQueue, Date) -> Value) -> Value {
        let (value, isNews) = look { queue, now in
            let before = queue.news
            return (body(&queue, now), queue.news != before)
        }
        if isNews { changes.notify() }
        return value
    }

    private func waitForChange(since version: Int, orUntil wake: Date?) async throws {
        let (time, changes) = (time, changes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await changes.wait(since: version) }
            if let wake {
                let latest = time.now.addingTimeInterval(Self.lookInterval)
                group.addTask { try await time.sleep(until: min(wake, latest)) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
