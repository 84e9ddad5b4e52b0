import Foundation

extension TaskClient {
    /// Keeps tasks from running, now and on workers that start later (Celery's `revoke`).
    ///
    /// Tasks that have not started, as far as is known, are `REVOKED` at once.
    ///
    /// - Parameters:
    ///   - ids: The tasks; they need not have been sent yet.
    ///   - terminate: Whether a run is cancelled too; otherwise one that has started goes on.
    ///   - lifetime: How long it is kept; by default, as in Celery, three hours.
    /// - Throws: ``TaskError`` with code `unsupported` when the broker keeps no revocations.
    public func revoke(
        _ ids: [String], terminate: Bool = false, lifetime: Duration = Revocation.defaultLifetime
    ) async throws {
        let expires = time.now.addingTimeInterval(lifetime.inSeconds)
        try await revokingBroker.revoke(
            ids.map { Revocation(.task($0), terminates: terminate, expires: expires) })
        let stored = try await results.fetch(ids)
        let waiting = ids.filter { id in
            guard let state = stored[id]?.state else { return true }
            return state == .pending || state == .retry
        }
        guard !waiting.isEmpty else { return }
        try await results.store(
            waiting.map { id in
                var result = stored[id] ?? TaskResult(taskID: id, state: .revoked)
                result.state = .revoked
                result.value = TaskFailure.revoked(terminate ? "terminated" : "revoked").json
                result.doneAt = time.now
                return result
            })
    }

    /// Keeps tasks from running.
    public func revoke(_ ids: String..., terminate: Bool = false) async throws {
        try await revoke(ids, terminate: terminate)
    }

    /// Keeps all tasks that carry a stamp from running (Celery's `revoke_by_stamped_headers`).
    ///
    /// - Throws: ``TaskError`` with code `unsupported` when the broker keeps no revocations.
    public func revoke(
        stamp name: String, value: JSONValue, terminate: Bool = false,
        lifetime: Duration = Revocation.defaultLifetime
    ) async throws {
        let expires = time.now.addingTimeInterval(lifetime.inSeconds)
        try await revokingBroker.revoke([
            Revocation(.stamp(name, value), terminates: terminate, expires: expires)
        ])
    }

    private var revokingBroker: any RevokingBroker {
        get throws(TaskError) {
            guard let broker = broker as? any RevokingBroker else {
                throw TaskError.missing("revocations", of: broker, "RevokingBroker")
            }
            return broker
        }
    }
}

extension TaskError {
    /// The broker in use cannot do what was asked.
    static func missing(_ what: String, of broker: any Broker, _ capability: String) -> TaskError {
        TaskError(.unsupported, "\(type(of: broker)) keeps no \(what); use a broker that is a \(capability)")
    }
}
