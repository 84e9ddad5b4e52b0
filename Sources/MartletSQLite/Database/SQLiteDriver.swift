import Foundation
import GRDB
import MartletORM
import Synchronization

/// One connection that writes and a few that read, each lent to one session at a time, in order of arrival.
final class SQLiteDriver: DatabaseDriver {
    let dialect = Dialect.sqlite
    private let writers: ConnectionPool
    private let readers: ConnectionPool
    private let busyTimeout: Duration
    private let temporaryFolder: URL?

    init(path: String, options: SQLiteOptions, temporaryFolder: URL? = nil) throws {
        guard options.readers > 0 else {
            throw ORMError(.invalidQuery, "SQLiteOptions.readers is \(options.readers); give at least 1.")
        }
        // The writer comes first: it makes the file and puts it into WAL mode, which readers cannot.
        let writer = try SQLiteConnection.writer(path: path, synchronous: options.synchronous)
        writers = ConnectionPool([writer])
        readers = ConnectionPool(
            try (0..<options.readers).map { _ in try SQLiteConnection.reader(path: path) })
        busyTimeout = options.busyTimeout
        self.temporaryFolder = temporaryFolder
    }

    deinit {
        if let temporaryFolder { try? FileManager.default.removeItem(at: temporaryFolder) }
    }

    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        switch kind {
        case .read:
            // Written out, for it is most of what is asked: each function that waits costs some 20 ns.
            let connection = if let idle = try readers.takeIdle() { idle } else { try await readers.take() }
            let session = SQLiteSession(connection, busyTimeout: busyTimeout, isTransaction: false)
            defer {
                session.end()
                readers.giveBack(connection)
            }
            return try await body(session)
        case .snapshot: return try await readers.withConnection { try await bracket($0, begin: "BEGIN DEFERRED", body) }
        case .write:
            return try await exclusively { try await single($0, body) }
        case .transaction:
            return try await exclusively { try await bracket($0, begin: "BEGIN IMMEDIATE", body) }
        }
    }

    func close() async throws {
        await readers.close()
        await writers.close()
        if let temporaryFolder { try? FileManager.default.removeItem(at: temporaryFolder) }
    }

    /// Takes the writer, unless the task that asks holds it already: it would wait for itself.
    private func exclusively<Value>(_ body: (SQLiteConnection) async throws -> Value) async throws -> Value {
        if let held = WriterHold.current, held.driver == ObjectIdentifier(self), held.isActive {
            throw ORMError(
                .wouldDeadlock,
                "A write on the database inside its own transaction would wait for that transaction forever. "
                    + "Write on the transaction the closure is given: on: tx.")
        }
        return try await writers.withConnection { connection in
            let hold = WriterHold(driver: ObjectIdentifier(self))
            defer { hold.end() }
            return try await WriterHold.$current.withValue(hold) { try await body(connection) }
        }
    }

    private func single<Value>(
        _ connection: SQLiteConnection, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        let session = SQLiteSession(connection, busyTimeout: busyTimeout, isTransaction: false)
        defer { session.end() }
        return try await body(session)
    }

    /// Runs `body` between the beginning and the end of a transaction; whatever happens, none is left open.
    private func bracket<Value>(
        _ connection: SQLiteConnection, begin: String, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        let session = SQLiteSession(connection, busyTimeout: busyTimeout, isTransaction: true)
        defer { session.end() }
        do {
            try await session.control(begin)
            let value = try await body(session)
            try Task.checkCancellation()
            try session.checkIntact()
            try await session.control("COMMIT")
            return value
        } catch {
            await connection.rollBack()
            throw error
        }
    }
}

/// Which driver's writer the current task holds, so that it is not asked for twice.
private final class WriterHold: Sendable {
    @TaskLocal static var current: WriterHold?

    let driver: ObjectIdentifier
    private let active = Atomic(true)

    init(driver: ObjectIdentifier) {
        self.driver = driver
    }

    var isActive: Bool { active.load(ordering: .acquiring) }

    func end() {
        active.store(false, ordering: .releasing)
    }
}
