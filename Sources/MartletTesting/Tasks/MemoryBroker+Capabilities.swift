import Foundation
public import MartletTasks

// MARK: - Dead letters and totals

extension MemoryBroker: DeadLetterBroker, StatisticsBroker {
    /// The dead letters a filter lets through, the latest first.
    public func deadLetters(matching filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter] {
        look { queue, _ in Array(queue.deadLetters.all.reversed().filter(filter.matches).prefix(max(0, limit))) }
    }

    /// Puts dead letters back into their queues as new.
    public func retryDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        change { $0.retryDeadLetters(matching: filter, at: $1, renewed: \.renewed) }
    }

    /// Puts a changed message in the place of a dead letter.
    public func retryDeadLetter(_ id: String, as message: WireMessage) async throws -> Bool {
        change { queue, now in queue.retryDeadLetters(matching: .ids([id]), at: now) { _ in message } == 1 }
    }

    /// Drops dead letters.
    public func discardDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        change { queue, _ in queue.discardDeadLetters(matching: filter) }
    }

    /// Adds to the totals.
    public func add(_ counts: WorkerReport) async throws { look { queue, _ in queue.report = queue.report + counts } }

    /// The totals.
    public func statistics() async throws -> WorkerReport { look { queue, _ in queue.report } }
}

// MARK: - Revoking and pausing

extension MemoryBroker: RevokingBroker, PausingBroker {
    /// Keeps revocations and tells the workers.
    public func revoke(_ revocations: [Revocation]) async throws {
        look { queue, _ in queue.revocations.add(revocations) }
        revoked.notify()
    }

    /// What revokes a task, or `nil`.
    public func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation? {
        look { $0.revocations.revocation(of: id, stamps: stamps, at: $1) }
    }

    /// Waits until something is revoked after `version`.
    public func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation]) {
        while true {
            try Task.checkCancellation()
            let known = revoked.version
            if let found = look({ $0.revocations.after(version, at: $1) }) { return found }
            await revoked.wait(since: known)
        }
    }

    /// Stops handing out messages of a queue.
    public func pause(_ queue: String) async throws { change { memory, _ in _ = memory.paused.insert(queue) } }

    /// Hands out messages of a queue again; waiting receivers wake.
    public func resume(_ queue: String) async throws { change { memory, _ in _ = memory.paused.remove(queue) } }

    /// The queues that are paused.
    public func pausedQueues() async throws -> Set<String> { look { queue, _ in queue.paused } }
}

// MARK: - Limits, locks and checkpoints

extension MemoryBroker: LimitingBroker, UniqueBroker, CheckpointingBroker {
    /// Takes what a delivery needs under all of its limits, or nothing.
    public func acquire(_ limits: [KeyedLimit], for receipt: Receipt) async throws -> LimitDecision {
        change { $0.acquire(limits, for: receipt, at: $1) }
    }

    /// Takes messages but those whose lock is held.
    public func publishUnique(_ messages: [WireMessage]) async throws -> [String: String] {
        change { $0.publish(messages, at: $1) }
    }

    /// Frees the lock of a key, whoever holds it.
    @discardableResult
    public func releaseUniqueLock(_ key: String) async throws -> Bool { change { $0.releaseLock(key, at: $1) } }

    /// Keeps a checkpoint.
    public func saveCheckpoint(_ checkpoint: JSONValue, for receipt: Receipt) async throws -> Bool {
        look { queue, _ in
            guard queue.held(receipt) != nil else { return false }
            queue.update(receipt.id) {
                $0.checkpoint = checkpoint
                $0.attempt = 0
            }
            return true
        }
    }
}
