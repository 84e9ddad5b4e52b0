import Foundation
import MartletORM
import MartletSQLite
import MartletTesting
import Synchronization
import Testing

@Model("counter")
struct Counter: Equatable {
    var id: Int
    var name: String
    var value: Int = 0
}

enum Counters {
    /// A new database with the table and nothing in it; its file goes when it goes.
    static func empty() async throws -> Database {
        let database = try SQLiteDatabase.temporary()
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        return database
    }

    /// The file of a database, for a second one on the same file, as another process would open it.
    static func path(of database: Database) async throws -> String {
        try await database.rows("PRAGMA database_list")[0].value("file")
    }
}

@Suite struct SQLiteDriverTests {
    @Test func opensWithForeignKeysInWALModeAndFullySynchronous() async throws {
        let temporary = try await Counters.empty()
        let database = try SQLiteDatabase.open(path: try await Counters.path(of: temporary))
        let pragmas = try await database.transaction { tx in
            [
                try await tx.rows("PRAGMA journal_mode")[0].values, try await tx.rows("PRAGMA synchronous")[0].values,
                try await tx.rows("PRAGMA foreign_keys")[0].values,
            ]
        }
        #expect(pragmas == [[.text("wal")], [.integer(2)], [.integer(1)]])
        try await database.close()
        try await temporary.close()
    }

    @Test func commitsWhenTheClosureReturns() async throws {
        let database = try await Counters.empty()
        let id = try await database.transaction { tx in
            try await Counter.objects.create(Counter(name: "a"), on: tx).id
        }
        let other = try SQLiteDatabase.open(path: try await Counters.path(of: database))
        #expect(try await Counter.objects.get(id, on: other).name == "a")
        try await database.close()
    }

    @Test func rollsBackWhenTheClosureThrows() async throws {
        struct Refused: Error {}
        let database = try await Counters.empty()
        await #expect(throws: Refused.self) {
            try await database.transaction { tx in
                try await Counter.objects.create(Counter(name: "a"), on: tx)
                throw Refused()
            }
        }
        #expect(try await Counter.objects.count(on: database) == 0)
        try await Counter.objects.create(Counter(name: "b"), on: database)
    }

    @Test func undoesOnlyTheSavepointThatFailed() async throws {
        struct Refused: Error {}
        let database = try await Counters.empty()
        let committed = Mutex<[String]>([])
        try await database.transaction { tx in
            try await Counter.objects.create(Counter(name: "outer"), on: tx)
            tx.onCommit { committed.withLock { $0.append("outer") } }
            await #expect(throws: Refused.self) {
                try await tx.transaction { inner in
                    try await Counter.objects.create(Counter(name: "inner"), on: inner)
                    inner.onCommit { committed.withLock { $0.append("inner") } }
                    throw Refused()
                }
            }
            try await tx.transaction { inner in
                try await Counter.objects.create(Counter(name: "second"), on: inner)
                inner.onCommit { committed.withLock { $0.append("second") } }
            }
            #expect(committed.withLock { $0.isEmpty })
        }
        #expect(try await Counter.objects.order(by: \.id).all(on: database).map(\.name) == ["outer", "second"])
        #expect(committed.withLock { $0 } == ["outer", "second"])
    }

    @Test func rollsBackAndFreesTheWriterWhenTheTaskIsCancelled() async throws {
        let database = try await Counters.empty()
        let (started, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await database.transaction { tx in
                try await Counter.objects.create(Counter(name: "a"), on: tx)
                signal.yield()
                try await Task.sleep(for: .seconds(3600))
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await Counter.objects.count(on: database) == 0)
        try await Counter.objects.create(Counter(name: "b"), on: database)
    }

    @Test func interruptsALongStatementOfACancelledTask() async throws {
        let database = try await Counters.empty()
        let (started, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await database.transaction { tx in
                try await Counter.objects.create(Counter(name: "a"), on: tx)
                signal.yield()
                return try await tx.rows(
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await Counter.objects.count(on: database) == 0)
        try await Counter.objects.create(Counter(name: "b"), on: database)
    }

    @Test func stopsWaitingWhenTheWaitingTaskIsCancelled() async throws {
        let database = try await Counters.empty()
        let (started, signal) = AsyncStream<Void>.makeStream()
        let (finish, finishSignal) = AsyncStream<Void>.makeStream()
        let holder = Task {
            try await database.transaction { tx in
                signal.yield()
                for await _ in finish { break }
                try await Counter.objects.create(Counter(name: "holder"), on: tx)
            }
        }
        for await _ in started { break }
        let waiter = Task { try await Counter.objects.create(Counter(name: "waiter"), on: database) }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        finishSignal.yield()
        try await holder.value
        #expect(try await Counter.objects.all(on: database).map(\.name) == ["holder"])
    }

    @Test func survivesManyCancellations() async throws {
        let database = try await Counters.empty()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let task = Task {
                        try await database.transaction { tx in
                            try await Counter.objects.create(Counter(name: "\(index)"), on: tx)
                            _ = try await Counter.objects.count(on: tx)
                        }
                    }
                    if index.isMultiple(of: 2) { task.cancel() }
                    _ = await task.result
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Counter.objects.count(on: database) >= 100)
        try await Counter.objects.create(Counter(name: "last"), on: database)
    }

    @Test func refusesAWriteOnTheDatabaseInsideItsTransaction() async throws {
        let database = try await Counters.empty()
        let error = await #expect(throws: ORMError.self) {
            try await database.transaction { _ in
                _ = try await Counter.objects.create(Counter(name: "a"), on: database)
            }
        }
        #expect(error?.code == .wouldDeadlock)
        #expect(error?.message.contains("on: tx") == true)
    }

    @Test func refusesATransactionThatIsOver() async throws {
        let database = try await Counters.empty()
        let escaped = try await database.transaction { $0 }
        let error = await #expect(throws: ORMError.self) { try await Counter.objects.count(on: escaped) }
        #expect(error?.code == .transactionEnded)
    }

    @Test func readsBesideAWriterAndSeesOnlyWhatIsCommitted() async throws {
        let database = try await Counters.empty()
        try await database.transaction { tx in
            try await Counter.objects.create(Counter(name: "a"), on: tx)
            #expect(try await Counter.objects.count(on: database) == 0)
            #expect(try await Counter.objects.count(on: tx) == 1)
        }
        #expect(try await Counter.objects.count(on: database) == 1)
    }

    @Test func losesNoWriteOfTwoDatabasesOnOneFile() async throws {
        let first = try await Counters.empty()
        let second = try SQLiteDatabase.open(
            path: try await Counters.path(of: first), options: SQLiteOptions(synchronous: .off))
        let databases = [first, second]
        let id = try await Counter.objects.create(Counter(name: "shared"), on: first).id
        try await withThrowingTaskGroup(of: Void.self) { group in
            for database in databases {
                for _ in 0..<5 {
                    group.addTask {
                        for _ in 0..<20 {
                            try await database.transaction { tx in
                                var counter = try await Counter.objects.get(id, on: tx)
                                counter.value += 1
                                try await counter.save(on: tx)
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Counter.objects.get(id, on: first).value == 200)
    }

    @Test func migratesOnceFromTwoSides() async throws {
        let first = try SQLiteDatabase.temporary()
        let databases = [first, try SQLiteDatabase.open(path: try await Counters.path(of: first))]
        let migrator = Migrator([Migration("0001", creating: [Counter.self])])
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for database in databases { group.addTask { try await migrator.migrate(database) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied == ["0001"])
        try await first.close()
    }

    @Test func reportsABusyFileAfterItsTimeout() async throws {
        let first = try await Counters.empty()
        let second = try SQLiteDatabase.open(
            path: try await Counters.path(of: first), options: SQLiteOptions(busyTimeout: .milliseconds(20)))
        let error = try await first.transaction { tx in
            try await Counter.objects.create(Counter(name: "a"), on: tx)
            return await #expect(throws: ORMError.self) {
                _ = try await Counter.objects.create(Counter(name: "b"), on: second)
            }
        }
        #expect(error?.code == .busy)
    }

    @Test func refusesWorkAfterItWasClosed() async throws {
        let database = try await Counters.empty()
        try await database.close()
        let error = await #expect(throws: ORMError.self) { try await Counter.objects.count(on: database) }
        #expect(error?.code == .closed)
    }

    @Test func namesTheFileThatCannotBeOpened() {
        let error = #expect(throws: ORMError.self) { try SQLiteDatabase.open(path: "/nowhere/at/all.sqlite") }
        #expect(error?.message.contains("/nowhere/at/all.sqlite") == true)
    }

    @Test func deletesATemporaryDatabase() async throws {
        let database = try SQLiteDatabase.temporary()
        let rows = try await database.rows("PRAGMA database_list")
        let path: String = try rows[0].value("file")
        #expect(FileManager.default.fileExists(atPath: path))
        try await database.close()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func seesOneStateInOneSnapshot() async throws {
        let database = try await Counters.empty()
        try await Counter.objects.create(Counter(name: "a"), on: database)
        try await database.withSession(.snapshot) { session in
            let statement = Statement("SELECT COUNT(*) FROM counter")
            let before = try await session.run(statement) { try $0.next(as: Int.self) }.rows
            try await Counter.objects.create(Counter(name: "b"), on: database)
            let after = try await session.run(statement) { try $0.next(as: Int.self) }.rows
            #expect(before == [1] && after == [1])
        }
        #expect(try await Counter.objects.count(on: database) == 2)
    }

    @Test func beginsAnewWhatTakesTooLongForTheThreadThatAsked() async throws {
        let database = try SQLiteDatabase.temporary()
        let rows = try await database.rows(
            "SELECT * FROM (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 9000) SELECT x FROM n)"
        )
        #expect(rows.map { $0.values[0] } == (1...9000).map { .integer($0) })
    }
}
