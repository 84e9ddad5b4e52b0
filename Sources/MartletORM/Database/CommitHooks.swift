import Synchronization

/// What waits for a commit; kept in the order in which it was asked for.
final class CommitHooks: Sendable {
    private let actions = Mutex<[@Sendable () async -> Void]>([])

    func append(_ action: @escaping @Sendable () async -> Void) {
        actions.withLock { $0.append(action) }
    }

    /// Takes over what a released savepoint had collected.
    func append(_ nested: CommitHooks) {
        let collected = nested.actions.withLock { $0 }
        actions.withLock { $0 += collected }
    }

    func run() async {
        for action in actions.withLock({ $0 }) { await action() }
    }
}
