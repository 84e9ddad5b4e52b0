import GRDB
import MartletTasks
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs the writes of many callers in shared transactions: while one is being made durable, the next ones gather.
final class GroupCommit: Sendable {
    /// One caller's write.
    private struct Operation: Sendable {
        /// Does the work, and returns what to call once it is durable.
        let run: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
        let wakes: Bool
        let counts: WorkerReport
        /// Who is told after all completions of the transaction.
        var receiver: (any ReportReceiver)?
    }

    private struct State {
        var pending: [Operation] = []
        var isRunning = false
    }

    private let state = Mutex(State())
    private let connection: DatabaseQueue
    private let count: @Sendable (Database, WorkerReport) throws -> Void
    private let onCommit: @Sendable () -> Void
    private let onRollback: @Sendable () -> Void

    /// - Parameters:
    ///   - count: Called in each transaction with what its writes count as, so that it is one statement for all.
    ///   - onCommit: Called after a commit that others may wait for.
    ///   - onRollback: Called after something was undone, which may be tried again.
    init(
        connection: DatabaseQueue, count: @escaping @Sendable (Database, WorkerReport) throws -> Void,
        onCommit: @escaping @Sendable () -> Void, onRollback: @escaping @Sendable () -> Void
    ) {
        self.connection = connection
        self.count = count
        self.onCommit = onCommit
        self.onRollback = onRollback
    }

    /// Runs a write and returns when it is durable; not affected by cancellation.
    ///
    /// - Parameters:
    ///   - wakes: Whether others may wait for what it changes.
    ///   - counts: What is added to the statistics in the same transaction.
    func write<Value: Sendable>(
        wakes: Bool, counts: WorkerReport = WorkerReport(), _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            add(
                Operation(
                    run: { db in
                        let value = try body(db)
                        return { continuation.resume(returning: value) }
                    }, fail: { continuation.resume(throwing: $0) }, wakes: wakes, counts: counts))
        }
    }

    /// Begins a write, and calls `answer` when it is durable or has failed; `receiver` is told of several answers at once.
    func write(
        counts: WorkerReport, _ body: @escaping @Sendable (Database) throws -> Void,
        answer: @escaping @Sendable ((any Error)?) -> Void, to receiver: any ReportReceiver
    ) {
        add(
            Operation(
                run: { db in
                    try body(db)
                    return { answer(nil) }
                }, fail: answer, wakes: true, counts: counts, receiver: receiver))
    }

    private func add(_ operation: Operation) {
        let mustStart = state.withLock { state in
            state.pending.append(operation)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { schedule() }
    }

    private func schedule() {
        connection.asyncWriteWithoutTransaction { [self] db in
            var last = 0
            while true {
                gather(after: last)
                let batch = state.withLock { state in
                    defer { state.pending = [] }
                    if state.pending.isEmpty { state.isRunning = false }
                    return state.pending
                }
                guard !batch.isEmpty else { return }
                run(batch, db)
                last = batch.count
            }
        }
    }

    /// Waits a moment for as many writes as the last transaction had, as long as more of them come.
    ///
    /// Those it has told will mostly write again at once, and a transaction for the first few of them costs a wait for
    /// the disk that all of them could share. Where few write, none waits.
    private func gather(after last: Int) {
        guard last >= Self.crowd else { return }
        var (seen, rounds) = (-1, 0)
        while case let count = state.withLock(\.pending.count), count < last, count > seen, rounds < 10 {
            (seen, rounds) = (count, rounds + 1)
            usleep(50)
        }
    }

    /// How many writes in a transaction are so many that the next one waits for more.
    private static let crowd = 8

    /// One transaction for the batch; an operation that fails is undone alone.
    ///
    /// It is first tried without a savepoint for each, which would cost more than most operations do themselves.
    private func run(_ batch: [Operation], _ db: Database) {
        var completions: [@Sendable () -> Void] = []
        completions.reserveCapacity(batch.count)
        do {
            try db.inTransaction(.immediate) {
                for operation in batch { completions.append(try operation.run(db)) }
                try count(db, batch.map(\.counts).reduce(WorkerReport(), +))
                return .commit
            }
        } catch {
            onRollback()
            return runApart(batch, db)
        }
        if batch.contains(where: \.wakes) { onCommit() }
        for complete in completions { complete() }
        tellReceivers(of: batch)
    }

    private func tellReceivers(of batch: [Operation]) {
        var last: (any ReportReceiver)?
        for case let receiver? in batch.lazy.map(\.receiver) where receiver !== last {
            last?.answersWereGiven()
            last = receiver
        }
        last?.answersWereGiven()
    }

    /// One transaction for a batch of which something fails; a commit that fails fails all.
    private func runApart(_ batch: [Operation], _ db: Database) {
        var completions: [@Sendable () -> Void] = []
        var failures: [@Sendable () -> Void] = []
        do {
            try db.inTransaction(.immediate) {
                for operation in batch {
                    do {
                        try db.inSavepoint {
                            completions.append(try operation.run(db))
                            try count(db, operation.counts)
                            return .commit
                        }
                    } catch {
                        onRollback()
                        failures.append { operation.fail(error) }
                    }
                }
                return .commit
            }
        } catch {
            onRollback()
            for operation in batch { operation.fail(TaskStore.error(error, "write to the task store")) }
            return tellReceivers(of: batch)
        }
        if batch.contains(where: \.wakes) { onCommit() }
        for action in completions + failures { action() }
        tellReceivers(of: batch)
    }
}
