public import Foundation
public import MartletTasks
import Synchronization

/// A broker that fails, hangs or is slow as planned, around one that works, and remembers what was published.
///
/// What the broker within cannot do, this one cannot either: it throws `unsupported`.
public final class FaultyBroker: Broker, DelayedDeliveryBroker {
    /// A message that was published.
    public struct Publication: Sendable, Hashable {
        /// The message.
        public var message: WireMessage
        /// When.
        public var date: Date
    }

    let base: any Broker
    let plan: FaultPlan
    let trace: TraceRecorder?
    private let time: TimeSource
    private let record = Mutex<[Publication]>([])

    /// Makes a broker around another one; `time` is what delays go by, and the same seed gives the same random faults.
    public convenience init(
        wrapping base: any Broker, faults: [Fault] = [], seed: UInt64 = 0, time: TimeSource = .system
    ) {
        self.init(wrapping: base, faults: faults, seed: seed, time: time, trace: nil)
    }

    init(wrapping base: any Broker, faults: [Fault], seed: UInt64, time: TimeSource, trace: TraceRecorder?) {
        self.base = base
        self.time = time
        self.trace = trace
        plan = FaultPlan(faults, seed: seed, time: time, trace: trace)
    }

    /// What was published, in order.
    public var publications: [Publication] { record.withLock(\.self) }

    /// Forgets what was published.
    public func forgetPublications() { record.withLock { $0 = [] } }

    func note(_ messages: [WireMessage]) {
        let date = time.now
        record.withLock { $0 += messages.map { Publication(message: $0, date: date) } }
    }

    func capability<Capability>(_ type: Capability.Type) throws -> Capability {
        guard let capable = base as? Capability else {
            throw TaskError(.unsupported, "\(Swift.type(of: base)) is no \(type)")
        }
        return capable
    }

    /// Takes messages.
    public func publish(_ messages: [WireMessage]) async throws {
        try await plan.perform(.publish) {
            try await base.publish(messages)
            note(messages)
            trace?.published(messages)
        }
    }

    /// Hands out messages.
    public func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        try await plan.perform(.receive) {
            let received = try await base.receive(from: queues, limit: limit, lease: lease)
            trace?.received(received)
            return received
        }
    }

    /// Ends deliveries.
    public func settle(_ settlements: [Settlement]) async throws {
        try await plan.perform(.settle) {
            try await base.settle(settlements)
            for case .handOver(let messages) in settlements.map(\.disposition) { note(messages) }
            trace?.settled(settlements)
        }
    }

    /// Renews leases.
    public func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        try await plan.perform(.extendLease) { try await base.extendLease(of: receipts, by: lease) }
    }

    /// The messages of a queue.
    public func depth(of queue: String) async throws -> QueueDepth {
        try await plan.perform(.depth) { try await base.depth(of: queue) }
    }

    /// Drops what is not leased.
    public func purge(_ queue: String) async throws -> Int { try await base.purge(queue) }

    /// Drops what has been kept long enough.
    public func cleanUp() async throws { try await base.cleanUp() }
}
