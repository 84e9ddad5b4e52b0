import Dispatch
import MartletORM
import Synchronization

/// One promise of a database driver and how it is checked.
struct DatabaseCheck: Sendable {
    let run: @Sendable (DatabaseScene) async throws -> Void

    static let all = sessions + cancelling + errors + values + concurrency + writing + migrating + recording

    static let sessions = [kinds, committing, rollingBack, savepoints, hooks, ended, nested, byHand]
    static let cancelling = [cancelledBefore, cancelledBetween, cancelledWithin, cancelledWaiting, cancelledOften]
    static let errors = [unique, notNull, foreignKey, check, failed, placeholders, closed]
    static let values = [roundTrip, empties, limits, decimals, zeroBytes, lookups, valuesOfRows]
    static let concurrency = [readersBesideWriters, snapshots, manyWriters, fairness, childTasks]
    static let writing = [keys, bulk, bulkAllOrNone, conflicts, manyKeys, changes]
    static let migrating = [migratingOnce, migratingAtOnce, failedMigration]
    static let recording = [statementCount, streaming, streamsThatEnd]
}

/// The database of one check.
struct DatabaseScene: Sendable {
    let database: Database
    /// How many transactions can be open at once.
    let transactions: Int

    /// A statement that only its cancellation ends.
    var endless: SQL {
        switch database.dialect {
        case .sqlite: "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
        case .postgreSQL: "SELECT pg_sleep_for('1 hour')"
        }
    }

    /// Saves a note with that text.
    @discardableResult
    func note(_ text: String, on executor: (some QueryExecutor)? = nil as Database?) async throws -> Note {
        if let executor { return try await Note.objects.create(Note(text: text), on: executor) }
        return try await Note.objects.create(Note(text: text), on: database)
    }

    /// The texts of all notes in the order in which they were saved.
    var notes: [String] {
        get async throws { try await Note.objects.order(by: \.id).all(on: database).map(\.text) }
    }
}

extension DatabaseCheck {
    struct Refused: Error {}

    /// The error that an operation throws; without one of that code `promise` is broken.
    @discardableResult
    static func refusal<Value>(
        _ code: ORMError.Code, _ promise: String, _ operation: () async throws -> Value
    ) async throws -> ORMError {
        do {
            _ = try await operation()
        } catch let error as ORMError where error.code == code {
            return error
        } catch {
            throw ConformanceFailure("\(promise): expected code \(code), but got \(error)")
        }
        throw ConformanceFailure("\(promise): expected code \(code), but nothing was thrown")
    }

    /// Throws unless the operation throws `CancellationError`.
    static func cancellation<Value>(_ promise: String, _ task: Task<Value, any Error>) async throws {
        switch await task.result {
        case .success: throw ConformanceFailure("\(promise), but it returned")
        case .failure(is CancellationError): return
        case .failure(let error): throw ConformanceFailure("\(promise), but it threw \(error)")
        }
    }
}

/// Something that happens once, and can be waited for.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() {
        (stream, source) = AsyncStream.makeStream()
    }

    func send() { source.finish() }

    /// Returns once it has been sent, or when the task is cancelled.
    func wait() async {
        for await _ in stream {}
    }
}

/// Runs tasks one step after the other, in the order in which they became ready.
final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "martlet.queue-executor")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
