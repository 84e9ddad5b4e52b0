public import MartletTasks

extension FaultyBroker: UniqueBroker {
    /// Takes messages but those whose lock is held.
    public func publishUnique(_ messages: [WireMessage]) async throws -> [String: String] {
        try await plan.perform(.publish) {
            let holders = try await capability((any UniqueBroker).self).publishUnique(messages)
            note(messages.filter { holders[$0.id] == nil })
            trace?.published(messages, holders)
            return holders
        }
    }

    /// Frees a lock.
    public func releaseUniqueLock(_ key: String) async throws -> Bool {
        try await capability((any UniqueBroker).self).releaseUniqueLock(key)
    }
}

extension FaultyBroker: RevokingBroker {
    /// Keeps revocations.
    public func revoke(_ revocations: [Revocation]) async throws {
        try await capability((any RevokingBroker).self).revoke(revocations)
        trace?.revoked(revocations)
    }

    /// What revokes a task; nothing where the broker within keeps no revocations.
    public func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation? {
        guard let base = base as? any RevokingBroker else { return nil }
        return try await base.revocation(of: id, stamps: stamps)
    }

    /// Waits for revocations; for ever where the broker within keeps none.
    public func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation]) {
        guard let base = base as? any RevokingBroker else {
            try await waitForCancellation()
            return (version, [])
        }
        return try await base.revocations(after: version)
    }
}

extension FaultyBroker: PausingBroker {
    /// Stops handing out a queue.
    public func pause(_ queue: String) async throws {
        try await capability((any PausingBroker).self).pause(queue)
    }

    /// Hands it out again.
    public func resume(_ queue: String) async throws {
        try await capability((any PausingBroker).self).resume(queue)
    }

    /// The queues that are paused.
    public func pausedQueues() async throws -> Set<String> {
        try await (base as? any PausingBroker)?.pausedQueues() ?? []
    }
}

extension FaultyBroker: LimitingBroker {
    /// Takes what a delivery needs under its limits.
    public func acquire(_ limits: [KeyedLimit], for receipt: Receipt) async throws -> LimitDecision {
        let decision = try await capability((any LimitingBroker).self).acquire(limits, for: receipt)
        trace?.limited(receipt.id, decision)
        return decision
    }
}

extension FaultyBroker: CheckpointingBroker {
    /// Keeps a checkpoint.
    public func saveCheckpoint(_ checkpoint: JSONValue, for receipt: Receipt) async throws -> Bool {
        let isKept = try await capability((any CheckpointingBroker).self).saveCheckpoint(checkpoint, for: receipt)
        if isKept { trace?.note(.checkpointed, receipt.id) }
        return isKept
    }
}

extension FaultyBroker: StatisticsBroker {
    /// Adds to the totals, where the broker within has them.
    public func add(_ counts: WorkerReport) async throws { try await (base as? any StatisticsBroker)?.add(counts) }

    /// The totals.
    public func statistics() async throws -> WorkerReport {
        try await capability((any StatisticsBroker).self).statistics()
    }
}

extension FaultyBroker: DeadLetterBroker {
    private var letters: any DeadLetterBroker {
        get throws { try capability((any DeadLetterBroker).self) }
    }

    /// The dead letters a filter lets through.
    public func deadLetters(matching filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter] {
        try await letters.deadLetters(matching: filter, limit: limit)
    }

    /// Puts dead letters back.
    public func retryDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        try await letters.retryDeadLetters(matching: filter)
    }

    /// Puts a changed message in the place of a dead letter.
    public func retryDeadLetter(_ id: String, as message: WireMessage) async throws -> Bool {
        try await letters.retryDeadLetter(id, as: message)
    }

    /// Drops dead letters.
    public func discardDeadLetters(matching filter: DeadLetterFilter) async throws -> Int {
        try await letters.discardDeadLetters(matching: filter)
    }
}
