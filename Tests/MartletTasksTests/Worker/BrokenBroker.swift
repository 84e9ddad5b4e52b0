import MartletTasks
import MartletTesting
import Synchronization

/// A memory broker whose `receive` a test can make fail or hang, and whose leases it can make end early.
final class BrokenBroker: Broker {
    enum Fault: Sendable { case none, fails, hangs }

    /// What happens when leases are to be renewed.
    enum LeaseFault: Sendable { case none, fails, takesAway }

    struct Down: Error {}

    let base: MemoryBroker
    private let called = Mutex((fetches: 0, cleanUps: 0))
    private let fault = Mutex(Fault.none)
    private let leaseFault = Mutex(LeaseFault.none)
    private let renewed = Mutex<[Int]>([])
    private let hung = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(time: TimeSource = .system) { base = MemoryBroker(time: time) }

    /// How often it was called.
    var counts: (fetches: Int, cleanUps: Int) { called.withLock(\.self) }

    /// How many leases each renewal was asked for.
    var renewals: [Int] { renewed.withLock(\.self) }

    /// Changes what happens to leases.
    func set(leases fault: LeaseFault) { leaseFault.withLock { $0 = fault } }

    /// Changes the fault; what hangs goes on.
    func set(_ fault: Fault) {
        self.fault.withLock { $0 = fault }
        let hung = self.hung.withLock { hung in
            defer { hung = [] }
            return hung
        }
        for one in hung { one.resume() }
    }

    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        called.withLock { $0.fetches += 1 }
        switch fault.withLock(\.self) {
        case .none: break
        case .fails: throw Down()
        case .hangs: await withCheckedContinuation { one in hung.withLock { $0.append(one) } }
        }
        return try await base.receive(from: queues, limit: limit, lease: lease)
    }

    func publish(_ messages: [WireMessage]) async throws { try await base.publish(messages) }
    func settle(_ settlements: [Settlement]) async throws { try await base.settle(settlements) }
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        renewed.withLock { $0.append(receipts.count) }
        switch leaseFault.withLock(\.self) {
        case .none: break
        case .fails: throw Down()
        case .takesAway: try await base.settle(receipts.map { Settlement($0, .redeliver) })
        }
        return try await base.extendLease(of: receipts, by: lease)
    }
    func depth(of queue: String) async throws -> QueueDepth { try await base.depth(of: queue) }
    func purge(_ queue: String) async throws -> Int { try await base.purge(queue) }
    func cleanUp() async throws { called.withLock { $0.cleanUps += 1 } }
}
