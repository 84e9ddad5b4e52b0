import Foundation
import MartletORM
public import MartletTasks

// MARK: - Revoking and pausing

extension PostgresBroker: RevokingBroker, PausingBroker {
    /// Keeps revocations in the database and tells the workers of all processes.
    public func revoke(_ revocations: [Revocation]) async throws {
        try await changeControls("revoke tasks") { try await ControlTable.add($0, revocations) }
    }

    /// What revokes a task, from a copy in memory that each receive brings up to date.
    public func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation? {
        store.knownControls.revocation(of: id, stamps: stamps, at: time.now)
    }

    /// Waits until some process revokes something after `version`.
    public func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation]) {
        while true {
            try Task.checkCancellation()
            let wake = store.messageWakes.version
            let found = try await store.use("read revocations") {
                try await ControlTable.revocations($0, after: version)
            }
            let now = time.now
            let revocations = found.map(\.revocation).filter { $0.expires > now }
            if let last = found.last, !revocations.isEmpty { return (last.version, revocations) }
            await store.messageWakes.wait(since: wake)
        }
    }

    /// Stops handing out messages of a queue, in all processes.
    public func pause(_ queue: String) async throws {
        try await changeControls("pause a queue") { try await ControlTable.pause($0, queue) }
    }

    /// Hands out messages of a queue again; waiting receivers of all processes wake.
    public func resume(_ queue: String) async throws {
        try await changeControls("resume a queue") { try await ControlTable.resume($0, queue) }
    }

    /// The queues that are paused.
    public func pausedQueues() async throws -> Set<String> {
        try await store.use("read what is paused") { try await store.controls($0).paused }
    }

    private func changeControls(
        _ action: String, _ change: @escaping @Sendable (Transaction) async throws -> Void
    ) async throws {
        try await store.write(action, telling: .messages, change)
        _ = try await store.use(action) { try await store.controls($0) }
    }
}

// MARK: - Limits, locks and checkpoints

extension PostgresBroker: LimitingBroker, UniqueBroker, CheckpointingBroker {
    /// Takes what a delivery needs under all of its limits, or nothing, in one transaction.
    public func acquire(_ limits: [KeyedLimit], for receipt: Receipt) async throws -> LimitDecision {
        let now = time.now
        return try await store.write("acquire limits", telling: .messages) {
            try await LimitTable.acquire($0, limits, for: receipt, at: now)
        }
    }

    /// Takes messages, all or none but those whose lock is held.
    public func publishUnique(_ messages: [WireMessage]) async throws -> [String: String] {
        try await store.commit(TaskChange(messages: messages, now: time.now))
    }

    /// Frees the lock of a key, whoever holds it.
    @discardableResult
    public func releaseUniqueLock(_ key: String) async throws -> Bool {
        let now = time.now
        return try await store.write("release a lock") { try await UniqueLockTable.release($0, key: key, at: now) }
    }

    /// Keeps a checkpoint in the database.
    public func saveCheckpoint(_ checkpoint: JSONValue, for receipt: Receipt) async throws -> Bool {
        try await store.write("keep a checkpoint") {
            try await MessageTable.saveCheckpoint($0, checkpoint, for: receipt)
        }
    }
}
