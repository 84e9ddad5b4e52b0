import MartletTasks
import Synchronization

/// A broker whose `publish` does what a test says, and which keeps unique locks and revocations as they come.
final class StubBroker: UniqueBroker, RevokingBroker, PausingBroker {
    struct State {
        var published: [[WireMessage]] = []
        var attempts = 0
        var holders: [String: String] = [:]
        var revocations: [Revocation] = []
        var paused: Set<String> = []
    }

    private let state = Mutex(State())
    private let onPublish: @Sendable (Int) async throws -> Void

    init(onPublish: @escaping @Sendable (Int) async throws -> Void = { _ in }) { self.onPublish = onPublish }

    var published: [[WireMessage]] { state.withLock(\.published) }
    var attempts: Int { state.withLock(\.attempts) }
    var revoked: [Revocation] { state.withLock(\.revocations) }

    func publish(_ messages: [WireMessage]) async throws { _ = try await publishUnique(messages) }

    func publishUnique(_ messages: [WireMessage]) async throws -> [String: String] {
        let attempt = state.withLock { state in
            state.attempts += 1
            return state.attempts
        }
        try await onPublish(attempt)
        return state.withLock { state in
            var refused: [String: String] = [:]
            var taken: [WireMessage] = []
            for message in messages {
                guard let lock = message.uniqueLock else {
                    taken.append(message)
                    continue
                }
                if let holder = state.holders[lock.key], holder != message.id {
                    refused[message.id] = holder
                } else {
                    state.holders[lock.key] = message.id
                    taken.append(message)
                }
            }
            state.published.append(taken)
            return refused
        }
    }

    func releaseUniqueLock(_ key: String) async throws -> Bool {
        state.withLock { $0.holders.removeValue(forKey: key) != nil }
    }

    func revoke(_ revocations: [Revocation]) async throws { state.withLock { $0.revocations += revocations } }
    func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation? {
        state.withLock { $0.revocations.first { $0.matches(id: id, stamps: stamps) } }
    }
    func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation]) { (0, []) }

    func pause(_ queue: String) async throws { state.withLock { _ = $0.paused.insert(queue) } }
    func resume(_ queue: String) async throws { state.withLock { _ = $0.paused.remove(queue) } }
    func pausedQueues() async throws -> Set<String> { state.withLock(\.paused) }

    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] { [] }
    func settle(_ settlements: [Settlement]) async throws {}
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] { [] }
    func depth(of queue: String) async throws -> QueueDepth { QueueDepth() }
    func purge(_ queue: String) async throws -> Int { 0 }
}

/// A broker that can do nothing but the least.
struct BareBroker: Broker {
    func publish(_ messages: [WireMessage]) async throws {}
    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] { [] }
    func settle(_ settlements: [Settlement]) async throws {}
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] { [] }
    func depth(of queue: String) async throws -> QueueDepth { QueueDepth() }
    func purge(_ queue: String) async throws -> Int { 0 }
}
