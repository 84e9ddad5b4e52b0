import MartletORM
import MartletPostgres
import MartletTesting
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.postgres) struct PostgresLossTests {
    private static let backend: SQL = "SELECT pg_backend_pid() AS pid"

    @Test func reportsAKilledBackendAndReplacesIt() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url, options: PostgresOptions(maxConnections: 1))
        let other = try PostgresDatabase.open(url)
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        let error = await #expect(throws: ORMError.self) {
            try await database.transaction { tx in
                try await Counter.objects.create(Counter(name: "a"), on: tx)
                let pid: Int = try await tx.rows(Self.backend)[0].value("pid")
                _ = try await other.rows("SELECT pg_terminate_backend(\(pid), 60000)")
                try await Counter.objects.create(Counter(name: "b"), on: tx)
            }
        }
        #expect(error?.code == .connectionLost)
        #expect(try await Counter.objects.count(on: database) == 0)
        try await database.close()
        try await other.close()
    }

    @Test func lendsNoConnectionThatWasKilledWhileIdle() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url, options: PostgresOptions(maxConnections: 2))
        let other = try PostgresDatabase.open(url)
        for _ in 0..<20 {
            let pid: Int = try await database.rows(Self.backend)[0].value("pid")
            _ = try await other.rows("SELECT pg_terminate_backend(\(pid), 60000)")
            // The server calls a backend gone shortly before its process has closed the connection.
            while kill(pid_t(pid), 0) == 0 { await Task.yield() }
            let next: Int = try await database.rows(Self.backend)[0].value("pid")
            #expect(next != pid)
        }
        try await database.close()
        try await other.close()
    }

    @Test func endsAStatementWhoseBackendIsKilled() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url)
        let other = try PostgresDatabase.open(url)
        let (started, signal) = AsyncStream<Int>.makeStream()
        let task = Task {
            try await database.transaction { tx in
                signal.yield(try await tx.rows(Self.backend)[0].value("pid"))
                _ = try await tx.rows("SELECT pg_sleep_for('1 hour')")
            }
        }
        for await pid in started {
            _ = try await other.rows("SELECT pg_terminate_backend(\(pid), 60000)")
            break
        }
        let error = await #expect(throws: ORMError.self) { try await task.value }
        #expect(error?.code == .connectionLost)
        try await database.close()
        try await other.close()
    }

    @Test(.timeLimit(.minutes(2))) func worksOnWhenTheServerIsRestartedUnderLoad() async throws {
        let server = try await PostgresServer.start()
        let database = try PostgresDatabase.open(
            try await server.newDatabase(), options: PostgresOptions(maxConnections: 4))
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        let tally = Tally()
        let isBusy = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var afterwards = 0
                    var number = 0
                    while afterwards < 20 {
                        number += 1
                        let name = "\(worker)-\(number)"
                        do {
                            try await Counter.objects.create(Counter(name: name), on: database)
                            tally.add(name)
                            if number == 20 { isBusy.continuation.yield() }
                            if tally.isSet { afterwards += 1 }
                        } catch let error as ORMError {
                            guard error.code == .connectionLost || error.code == .cannotConnect else { throw error }
                            await Task.yield()
                        }
                    }
                }
            }
            for await _ in isBusy.stream { break }
            try await server.restart()
            tally.set()
            try await group.waitForAll()
        }
        let found = Set(try await Counter.objects.all(on: database).map(\.name))
        #expect(found.isSuperset(of: tally.names))
        try await database.close()
    }
}
