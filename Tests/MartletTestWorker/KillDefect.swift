import Foundation
import MartletTasks

/// A defect that is planted on request (`DEFECT`), so that the kill tests can show that they would notice it.
enum KillDefect: String {
    /// Messages are acknowledged before their tasks run.
    case acknowledgesFirst = "acknowledges-first"
    /// The worker does not look whether a redelivered task has succeeded.
    case ignoresResults = "ignores-results"
    /// What may have been published before does not look like it.
    case hidesRepeats = "hides-repeats"
    /// A task is published after the transaction it belongs to.
    case publishesOutside = "publishes-outside"

    static let current = ProcessInfo.processInfo.environment["DEFECT"].flatMap(KillDefect.init)
}

/// Results that the worker stores and never finds.
struct ForgetfulResults: ResultBackend {
    let base: any ResultBackend

    func fetch(_ ids: [String]) async throws -> [String: TaskResult] { [:] }
    func store(_ results: [TaskResult]) async throws { try await base.store(results) }
    func wait(for id: String) async throws -> TaskResult { try await base.wait(for: id) }
    func changes(of ids: [String], since known: [String: TaskResult]) async throws -> [String: TaskResult] {
        try await base.changes(of: ids, since: known)
    }
    func completeChordMember(_ member: ChordMember) async throws -> ChordCompletion {
        try await base.completeChordMember(member)
    }
    func cleanUp() async throws { try await base.cleanUp() }
    func forget(_ ids: [String]) async throws { try await base.forget(ids) }
}

/// A broker in whose calls the process may die: before a settlement, and after something was published.
struct FragileBroker: Broker {
    let base: any Broker

    func publish(_ messages: [WireMessage]) async throws {
        let hides = KillDefect.current == .hidesRepeats
        try await base.publish(hides ? messages.map(Self.unmarked) : messages)
        KillPlan.step(.carry)
    }
    private static func unmarked(_ message: WireMessage) throws -> WireMessage {
        var message = try TaskMessage(wire: message)
        message.headers.mayBeRepeated = false
        return message.wire
    }
    func settle(_ settlements: [Settlement]) async throws {
        KillPlan.step(.settle)
        try await base.settle(settlements)
    }
    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        try await base.receive(from: queues, limit: limit, lease: lease)
    }
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        try await base.extendLease(of: receipts, by: lease)
    }
    func depth(of queue: String) async throws -> QueueDepth { try await base.depth(of: queue) }
    func purge(_ queue: String) async throws -> Int { try await base.purge(queue) }
    func cleanUp() async throws { try await base.cleanUp() }
}
