import Synchronization

/// A primary and the replicas that follow it.
final class ReplicaSet: Sendable {
    let primary: Database
    private let replicas: [Database]
    private let retryAfter: Duration
    private let rotation: Mutex<ReplicaRotation>
    /// The time since the set was made.
    private let now: @Sendable () -> Duration

    init(primary: Database, replicas: [Database], options: RoutedDatabase.Options) {
        self.primary = primary
        self.replicas = replicas
        retryAfter = options.retryAfter
        rotation = Mutex(ReplicaRotation(count: replicas.count, choice: options.choice))
        now = options.clock.stopwatch()
    }

    func withSession<Value>(
        _ kind: SessionKind, _ routes: Routes, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await withSession(kind) { session in
            try await body(routes.isTrivial ? session : RoutedSession(session, at: self, routes))
        }
    }

    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        switch kind {
        case .read, .snapshot: try await read(kind, body)
        case .write, .transaction: try await noting { try await primary.withSession(kind, body) }
        }
    }

    func transaction<Value>(
        _ routes: Routes, _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        try await noting {
            try await primary.transaction { tx in
                try await body(routes.isTrivial ? tx : tx.mapping { RoutedSession($0, at: self, routes) })
            }
        }
    }

    func close() async throws {
        try await primary.close()
        for replica in replicas { try await replica.close() }
    }

    private func read<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        guard let index = chooseReplica() else { return try await primary.withSession(kind, body) }
        let progress = ReadProgress()
        do {
            return try await replicas[index].withSession(kind) { session in
                progress.begin()
                let value = try await body(ReplicaSession(session, progress))
                progress.end()
                return value
            }
        } catch {
            guard let fault = progress.fault(error) else { throw error }
            if fault == .lost { rotation.withLock { $0.leaveOut(index, until: now() + retryAfter) } }
            if progress.hasHandedOver { throw error }
            return try await primary.withSession(kind, body)
        }
    }

    /// The replica to ask; `nil` when there is none, or the task must see what it wrote.
    private func chooseReplica() -> Int? {
        if replicas.isEmpty { return nil }
        if let writes = OwnWrites.current, writes.contains(ObjectIdentifier(self), at: now()) { return nil }
        return rotation.withLock { $0.next(at: now()) }
    }

    /// Runs what may write, and notes it before, for reads beside it, and after, when its time begins.
    private func noting<Value>(_ body: () async throws -> Value) async throws -> Value {
        guard let writes = OwnWrites.current else { return try await body() }
        writes.add(ObjectIdentifier(self), at: now())
        defer { writes.add(ObjectIdentifier(self), at: now()) }
        return try await body()
    }
}

extension Clock where Duration == Swift.Duration {
    /// Measures the time from now on.
    fileprivate func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: self.now) }
    }
}
