import Foundation
import GRDB
import MartletTasks
import Synchronization

/// The SQLite file that holds messages and results: its connections, its shared commits and its wake-ups.
///
/// A process opens each file once, whoever asks for it, so that broker and result backend share transactions.
final class TaskStore: Sendable {
    /// How often a process looks for dead ones, and whether a wake-up was missed.
    static let livenessInterval: Duration = .milliseconds(500)

    let path: String
    let wakes: Wakes
    /// Whether the last claim has found as many messages as it asked for.
    let hasPlenty = Atomic(false)
    private let watch: FileWatch
    private let commits: GroupCommit
    private let reader: DatabaseQueue
    private let holder = HolderNumber()
    private let controls = Mutex(Controls())
    private let lastLook = Mutex(ContinuousClock.now)

    private struct WeakStore: Sendable { weak var store: TaskStore? }
    private static let open = Mutex<[String: WeakStore]>([:])

    /// The store of a file, opened if need be.
    ///
    /// - Throws: ``TaskError`` with code `brokerFailed`, saying what is wrong with the file.
    static func at(_ path: String) throws -> TaskStore {
        let path = FileIdentity.path(of: path)
        return try open.withLock { open in
            if let store = open[path]?.store { return store }
            let store = try TaskStore(path: path)
            open[path] = WeakStore(store: store)
            return store
        }
    }

    private init(path: String) throws {
        self.path = path
        let wakes = Wakes()
        self.wakes = wakes
        do {
            let connection = try DatabaseQueue(path: path, configuration: Self.configuration(isReader: false))
            try connection.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try Self.makeTables(db)
                    return .commit
                }
            }
            reader = try DatabaseQueue(path: path, configuration: Self.configuration(isReader: true))
            let watch = try FileWatch(
                database: path, safetyInterval: Self.livenessInterval, isWaitedFor: { wakes.isWaitedFor },
                onChange: { wakes.notify() })
            self.watch = watch
            wakes.onWait { [weak watch] in watch?.look() }
            commits = GroupCommit(
                connection: connection, count: StatisticsTable.add,
                onCommit: {
                    wakes.notify()
                    watch.touch()
                },
                onRollback: { [holder] in holder.forget() })
        } catch {
            throw Self.error(error, "open the task store '\(path)'")
        }
    }

    /// Makes the tables that are not there, and adds to those of an earlier version what they lack.
    private static func makeTables(_ db: Database) throws {
        // Without the index that `laterSchema` drops.
        let message = [MessageTable.schema[0], MessageTable.schema[2], MessageTable.laterSchema]
        for statement in message + UniqueLockTable.schema + LimitTable.schema { try db.execute(sql: statement) }
        for schema in [
            LeaseTable.schema, DeadLetterTable.schema, ResultTable.schema, StatisticsTable.schema, Holder.schema,
            ControlTable.schema,
        ] { try db.execute(sql: schema) }
        try SchemaUpgrade.add(MessageTable.laterColumns, to: "martlet_message", db)
        try SchemaUpgrade.add(DeadLetterTable.laterColumns, to: "martlet_dead_letter", db)
        try SchemaUpgrade.add(ResultTable.laterColumns, to: "martlet_result", db)
        try SchemaUpgrade.add(RateTable.laterColumns, to: "martlet_rate", db)
        try db.execute(sql: ResultTable.laterSchema)
    }

    private static func configuration(isReader: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = isReader ? "martlet.task-reader" : "martlet.task-writer"
        configuration.readonly = isReader
        // SQLite's own busy timeout sleeps ever longer and starves a process beside a busy one; short sleeps do not.
        configuration.busyMode = .callback { attempts in
            usleep(UInt32.random(in: 100...2_000))
            return attempts < 20_000
        }
        configuration.prepareDatabase { db in
            guard !isReader else { return }
            try WriteAheadLog.turnOn(db)
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000")
            // Where SQLite is built to overwrite all that is deleted, as on Debian, each page that falls empty would be
            // written once more.
            try db.execute(sql: "PRAGMA secure_delete = FAST")
        }
        return configuration
    }

    /// Runs a write in a transaction shared with others; returns when it is durable.
    ///
    /// - Parameters:
    ///   - wakes: Whether others may wait for what it changes.
    ///   - counts: What is added to the statistics with it.
    func write<Value: Sendable>(
        wakes: Bool = true, counts: WorkerReport = WorkerReport(),
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        do {
            return try await commits.write(wakes: wakes, counts: counts, body)
        } catch let error as DatabaseError {
            throw Self.error(error, "write to the task store '\(path)'")
        }
    }

    /// Begins a write as ``write(wakes:counts:_:)`` does, and calls `answer` when it is durable or has failed; `receiver`
    /// is told of several answers at once.
    func write(
        counts: WorkerReport, _ body: @escaping @Sendable (Database) throws -> Void,
        answer: @escaping @Sendable ((any Error)?) -> Void, to receiver: any ReportReceiver
    ) {
        let failed: @Sendable (any Error) -> any Error = { [path] error in
            error is DatabaseError ? Self.error(error, "write to the task store '\(path)'") : error
        }
        commits.write(counts: counts, body, answer: { answer($0.map(failed)) }, to: receiver)
    }

    /// Runs a read beside the writes.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                reader.asyncRead { result in
                    continuation.resume(with: Result { try body(result.get()) })
                }
            }
        } catch let error as DatabaseError {
            throw Self.error(error, "read the task store '\(path)'")
        }
    }

    /// What holds for all workers, as far as this process knows.
    var knownControls: Controls { controls.withLock(\.self) }

    /// What holds for all workers, read anew if it has changed.
    ///
    /// - Parameter isWriter: Whether `db` is the connection that sees the latest; another never replaces the newer.
    func controls(_ db: Database, isWriter: Bool = false) throws -> Controls {
        let version = try ControlTable.version(db)
        let known = knownControls
        guard known.version != version else { return known }
        let fresh = try ControlTable.load(db)
        controls.withLock { if isWriter || fresh.version > $0.version { $0 = fresh } }
        return fresh
    }

    /// The number this process holds leases by, given at the first claim.
    func holder(_ db: Database) throws -> Int64 {
        try holder.number { try Holder.register(db, lockingIn: watch.wakeFile) }
    }

    /// Gives back what dead processes hold, if any has died; looks at most once in an interval.
    func releaseDead() async throws {
        let isDue = lastLook.withLock { last in
            guard ContinuousClock.now - last >= Self.livenessInterval / 2 else { return false }
            last = .now
            return true
        }
        guard isDue else { return }
        let own = holder.known
        let file = watch.wakeFile
        guard try await read({ try Holder.anyDead($0, except: own, file: file) }) else { return }
        _ = try await write { try Holder.releaseDead($0, except: own, file: file) }
    }

    static func error(_ error: any Error, _ action: String) -> TaskError {
        if let error = error as? TaskError { return error }
        return TaskError(
            .brokerFailed,
            "cannot \(action): \(error); check that the file and its directory are writable and not full",
            cause: error)
    }
}
