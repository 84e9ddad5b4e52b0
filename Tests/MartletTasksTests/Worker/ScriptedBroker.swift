import Foundation
import MartletTasks
import MartletTesting
import Synchronization

/// A memory broker with limits, revocations and checkpoints as a test says them.
final class ScriptedBroker: Broker, LimitingBroker, RevokingBroker, CheckpointingBroker, UniqueBroker {
    private struct State {
        var decisions: [LimitDecision] = []
        var asked: [[KeyedLimit]] = []
        var revocations: [Revocation] = []
        var checkpoints: [String: JSONValue] = [:]
    }

    private let base: MemoryBroker
    private let state = Mutex(State())
    private let news = Mailbox<Void>()

    init(_ base: MemoryBroker) { self.base = base }

    /// What the next limits are answered with; then all are granted.
    func answer(_ decisions: LimitDecision...) { state.withLock { $0.decisions += decisions } }
    /// The limits that were asked for.
    var asked: [[KeyedLimit]] { state.withLock(\.asked) }
    /// The checkpoints by message.
    var checkpoints: [String: JSONValue] { state.withLock(\.checkpoints) }

    func publish(_ messages: [WireMessage]) async throws { try await base.publish(messages) }
    func settle(_ settlements: [Settlement]) async throws { try await base.settle(settlements) }
    func depth(of queue: String) async throws -> QueueDepth { try await base.depth(of: queue) }
    func purge(_ queue: String) async throws -> Int { try await base.purge(queue) }
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        try await base.extendLease(of: receipts, by: lease)
    }
    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        try await base.receive(from: queues, limit: limit, lease: lease).map { received in
            var received = received
            received.checkpoint = checkpoints[received.message.id]
            return received
        }
    }

    func acquire(_ limits: [KeyedLimit], for receipt: Receipt) async throws -> LimitDecision {
        let decision = state.withLock { state in
            state.asked.append(limits)
            return state.decisions.isEmpty ? .granted : state.decisions.removeFirst()
        }
        if decision != .granted { try await base.settle([Settlement(receipt, .requeue)]) }
        return decision
    }

    func revoke(_ revocations: [Revocation]) async throws {
        state.withLock { $0.revocations += revocations }
        news.put(())
    }

    func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation? {
        state.withLock { $0.revocations.first { $0.matches(id: id, stamps: stamps) } }
    }

    func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation]) {
        while true {
            try Task.checkCancellation()
            let all = state.withLock(\.revocations)
            if all.count > version { return (all.count, Array(all.dropFirst(version))) }
            await withTaskCancellationHandler { await news.take() } onCancel: { news.put(()) }
        }
    }

    func saveCheckpoint(_ checkpoint: JSONValue, for receipt: Receipt) async throws -> Bool {
        state.withLock { $0.checkpoints[receipt.id] = checkpoint }
        return true
    }

    func publishUnique(_ messages: [WireMessage]) async throws -> [String: String] {
        try await base.publish(messages)
        return [:]
    }

    func releaseUniqueLock(_ key: String) async throws -> Bool { false }
}
