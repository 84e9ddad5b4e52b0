import Foundation
import GRDB
public import MartletTasks

// MARK: - Revoking and pausing

extension SQLiteBroker: RevokingBroker, PausingBroker {
    /// Keeps revocations in the file and tells the workers of all processes.
    public func revoke(_ revocations: [Revocation]) async throws {
        try await changeControls { db in
            for revocation in revocations { try ControlTable.add(db, revocation) }
        }
    }

    /// What revokes a task, from a copy in memory that each receive brings up to date.
    public func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation? {
        store.knownControls.revocation(of: id, stamps: stamps, at: time.now)
    }

    /// Waits until some process revokes something after `version`.
    public func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation]) {
        while true {
            try Task.checkCancellation()
            let wake = store.wakes.version
            let found = try await store.read { try ControlTable.revocations($0, after: version) }
            let now = time.now
            let revocations = found.map(\.revocation).filter { $0.expires > now }
            if let last = found.last, !revocations.isEmpty { return (last.version, revocations) }
            await store.wakes.wait(since: wake)
            // A busy store wakes thousands of times a second, and a look is a read each time.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Stops handing out messages of a queue, in all processes.
    public func pause(_ queue: String) async throws {
        try await changeControls { try ControlTable.pause($0, queue) }
    }

    /// Hands out messages of a queue again; waiting receivers of all processes wake.
    public func resume(_ queue: String) async throws {
        try await changeControls { try ControlTable.resume($0, queue) }
    }

    /// The queues that are paused.
    public func pausedQueues() async throws -> Set<String> {
        let store = store
        return try await store.read { try store.controls($0).paused }
    }

    private func changeControls(_ change: @escaping @Sendable (GRDB.Database) throws -> Void) async throws {
        try await store.write(change)
        let store = store
        _ = try await store.read { try store.controls($0) }
    }
}

// MARK: - Limits, locks and checkpoints

extension SQLiteBroker: LimitingBroker, UniqueBroker, CheckpointingBroker {
    /// Takes what a delivery needs under all of its limits, or nothing, in one transaction.
    public func acquire(_ limits: [KeyedLimit], for receipt: Receipt) async throws -> LimitDecision {
        let now = time.now
        return try await store.write { try LimitTable.acquire($0, limits, for: receipt, at: now) }
    }

    /// Takes messages, all or none but those whose lock is held.
    public func publishUnique(_ messages: [WireMessage]) async throws -> [String: String] {
        let now = time.now
        return try await store.write { db in
            try messages.reduce(into: [:]) { refused, message in
                if let holder = try MessageTable.publish(db, message, at: now) { refused[message.id] = holder }
            }
        }
    }

    /// Frees the lock of a key, whoever holds it.
    @discardableResult
    public func releaseUniqueLock(_ key: String) async throws -> Bool {
        let now = time.now
        return try await store.write(wakes: false) { try UniqueLockTable.release($0, key: key, at: now) }
    }

    /// Keeps a checkpoint in the file.
    public func saveCheckpoint(_ checkpoint: JSONValue, for receipt: Receipt) async throws -> Bool {
        try await store.write(wakes: false) { try MessageTable.saveCheckpoint($0, checkpoint, for: receipt) }
    }
}
