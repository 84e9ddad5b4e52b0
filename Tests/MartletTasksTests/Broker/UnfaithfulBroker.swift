import Foundation
import MartletTasks
import MartletTesting
import Synchronization

/// A broker with one fault, by which the conformance suite is tested.
struct UnfaithfulBroker: Broker, DelayedDeliveryBroker, DeadLetterBroker, RevokingBroker, PausingBroker, LimitingBroker,
    UniqueBroker, CheckpointingBroker, TransactionalBroker
{
    enum Fault: CaseIterable {
        case ignoresPriority, dropsRequeue, forgetsLease, ignoresEta, ignoresExtension, acceptsLostReceipts
        case purgesNothing, changesBytes, losesDeadLetters, retriesAllDeadLetters, forgetsRevocations, ignoresPause
        case ignoresLimits, forgetsReservations, ignoresLocks, forgetsCheckpoints, keepsDeadLetters
        case startsLateTogether, tellsReceiptAsPublishing, losesWhatIsHandedOver
        case leavesOutWhatHasFailed, repeatsWhatHasSucceeded
    }

    /// The starts it has told of.
    private final class Starts: Sendable {
        let moments = Mutex<[String: Date]>([:])
    }

    let inner: MemoryBroker
    let results: MemoryResultBackend
    let fault: Fault
    private let time: TimeSource
    private let starts = Starts()

    init(_ fault: Fault, time: TimeSource) {
        inner = MemoryBroker(time: time)
        results = MemoryResultBackend(time: time)
        self.fault = fault
        self.time = time
    }

    func publish(_ messages: [WireMessage]) async throws { try await inner.publish(messages.map(spoiled)) }

    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        var received = try await inner.receive(
            from: queues, limit: limit, lease: fault == .forgetsLease ? .zero : lease)
        if fault == .tellsReceiptAsPublishing {
            for index in received.indices { received[index].publishedAt = time.now }
        }
        if fault == .forgetsCheckpoints { for index in received.indices { received[index].checkpoint = nil } }
        return received
    }

    func settle(_ settlements: [Settlement]) async throws {
        try await inner.settle(
            settlements.map { settlement in
                switch (fault, settlement.disposition) {
                case (.dropsRequeue, .requeue), (.losesDeadLetters, .deadLetter), (.losesWhatIsHandedOver, .handOver):
                    Settlement(settlement.receipt, .acknowledge)
                default: settlement
                }
            })
    }

    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        switch fault {
        case .ignoresExtension: try await inner.extendLease(of: receipts, by: .seconds(1))
        case .acceptsLostReceipts: try await inner.extendLease(of: receipts, by: lease).filter { _ in false }
        default: try await inner.extendLease(of: receipts, by: lease)
        }
    }

    func depth(of queue: String) async throws -> QueueDepth { try await inner.depth(of: queue) }

    func purge(_ queue: String) async throws -> Int {
        fault == .purgesNothing ? try await inner.depth(of: queue).ready : try await inner.purge(queue)
    }

    func cleanUp() async throws { if fault != .keepsDeadLetters { try await inner.cleanUp() } }

    private func spoiled(_ message: WireMessage) -> WireMessage {
        var message = message
        switch fault {
        case .ignoresPriority: message.priority = 0
        case .ignoresEta: message.eta = nil
        case .changesBytes: message.body = Array(String(decoding: message.body, as: UTF8.self).utf8)
        case .ignoresLocks: message.uniqueLock = nil
        default: break
        }
        return message
    }
}

// MARK: - Capabilities

extension UnfaithfulBroker {
    func sharesStore(with results: any ResultBackend) -> Bool { results as? MemoryResultBackend === self.results }

    /// Not one transaction, as it would be at a broker whose process can die.
    func commit(_ report: Report) async throws {
        try await results.store(report.results)
        let stored = try await results.fetch(report.messages.map(\.id))
        try await publish(
            report.messages.filter { message in
                let state = stored[message.id]?.state
                return switch fault {
                case .leavesOutWhatHasFailed: state?.isFinal != true
                case .repeatsWhatHasSucceeded: true
                default: state != .success
                }
            })
        try await settle([report.settlement])
    }
    func deadLetters(matching filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter] {
        try await inner.deadLetters(matching: filter, limit: limit)
    }
    func retryDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        try await inner.retryDeadLetters(matching: fault == .retriesAllDeadLetters ? .all : filter)
    }
    func retryDeadLetter(_ id: String, as message: WireMessage) async throws -> Bool {
        try await inner.retryDeadLetter(id, as: message)
    }
    func discardDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        try await inner.discardDeadLetters(matching: filter)
    }
    func revoke(_ revocations: [Revocation]) async throws { try await inner.revoke(revocations) }
    func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation? {
        fault == .forgetsRevocations ? nil : try await inner.revocation(of: id, stamps: stamps)
    }
    func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation]) {
        try await inner.revocations(after: version)
    }
    func pause(_ queue: String) async throws { if fault != .ignoresPause { try await inner.pause(queue) } }
    func resume(_ queue: String) async throws { try await inner.resume(queue) }
    func pausedQueues() async throws -> Set<String> { try await inner.pausedQueues() }
    func acquire(_ limits: [KeyedLimit], for receipt: Receipt) async throws -> LimitDecision {
        switch fault {
        case .ignoresLimits: return .granted
        case .forgetsReservations:
            let rates = limits.map { limit in
                if case .rate = limit.kind { KeyedLimit(key: UUID().uuidString, kind: limit.kind) } else { limit }
            }
            return try await inner.acquire(rates, for: receipt)
        case .startsLateTogether: return reserved(try await inner.acquire(limits, for: receipt), receipt.id)
        default: return try await inner.acquire(limits, for: receipt)
        }
    }

    /// Grants a start that is over, whoever has started since.
    private func reserved(_ decision: LimitDecision, _ id: String) -> LimitDecision {
        starts.moments.withLock { moments in
            guard case .deferred(let moment) = decision else {
                moments[id] = nil
                return decision
            }
            if let earlier = moments[id], earlier <= time.now { return .granted }
            moments[id] = moment
            return decision
        }
    }
    func publishUnique(_ messages: [WireMessage]) async throws -> [String: String] {
        try await inner.publishUnique(messages.map(spoiled))
    }
    func releaseUniqueLock(_ key: String) async throws -> Bool { try await inner.releaseUniqueLock(key) }
    func saveCheckpoint(_ checkpoint: JSONValue, for receipt: Receipt) async throws -> Bool {
        try await inner.saveCheckpoint(checkpoint, for: receipt)
    }
}
