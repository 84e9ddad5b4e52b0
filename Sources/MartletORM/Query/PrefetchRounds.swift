/// Loads prefetches level by level: first all that is related to the rows, then all that is related to that.
///
/// The statements of a level do not need each other. Equal ones are one for the keys of all, and where the driver can,
/// all of them are sent before the first is answered: a graph costs as many trips as it has levels.
@usableFromInline
struct PrefetchRounds {
    let session: any DatabaseSession
    let location: CallSite?

    @usableFromInline
    init(session: any DatabaseSession, location: CallSite?) {
        self.session = session
        self.location = location
    }

    @usableFromInline
    func load(_ branches: [any PrefetchBranch]) async throws {
        var level = branches
        while !level.isEmpty {
            let due = shared(level)
            try await run(due)
            level = try due.flatMap { try $0.next() }
        }
    }

    /// The branches that have something to ask for, equal ones put together.
    private func shared(_ branches: [any PrefetchBranch]) -> [any PrefetchBranch] {
        var due: [any PrefetchBranch] = []
        for branch in branches where !branch.isEmpty {
            if !due.contains(where: { $0.absorb(branch, session.dialect) }) { due.append(branch) }
        }
        return due
    }

    private func run(_ branches: [any PrefetchBranch]) async throws {
        guard session.sendsTogether, branches.count > 1 else {
            for branch in branches { try await branch.load(on: session, at: location) }
            return
        }
        let (session, location) = (session, location)
        let failures = await QueryRecorder.together(
            branches.map { branch in { try await branch.load(on: session, at: location) } })
        // What failed first has made the rest of the transaction fail with it.
        let cause = failures.first { ($0 as? ORMError)?.code != .transactionAborted }
        if let failure = cause ?? failures.first { throw failure }
    }
}
