import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresCancellationTests {
    @Test func stopsTheStatementOnTheServer() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url, options: PostgresOptions(maxConnections: 1))
        let other = try PostgresDatabase.open(url)
        for _ in 0..<20 {
            let (started, signal) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await database.transaction { tx in
                    try await tx.execute("CREATE TABLE gone (n int)")
                    signal.finish()
                    _ = try await tx.rows("SELECT pg_sleep_for('1 hour')")
                }
            }
            for await _ in started {}
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await activity(other) == [])
        }
        #expect(try await database.rows("SELECT to_regclass('gone')::text AS name")[0].values == [.null])
        try await database.close()
        try await other.close()
    }

    @Test(.timeLimit(.minutes(3))) func leaksNothingInAThousandCancellationsUnderLoad() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let connections = 6
        let database = try PostgresDatabase.open(url, options: PostgresOptions(maxConnections: connections))
        let other = try PostgresDatabase.open(url)
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<1000 {
                if index >= 24 { try await group.next() }
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(index))
                    let task = Task { try await Self.work(index, on: database) }
                    for _ in 0..<Int.random(in: 0...300, using: &random) { await Task.yield() }
                    task.cancel()
                    switch await task.result {
                    case .success: tally.add("\(index)")
                    case .failure(is CancellationError): tally.count()
                    case .failure(let error): throw error
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(tally.others > 100)
        let names = Set(try await Counter.objects.all(on: database).map(\.name))
        #expect(names == tally.names)
        #expect(try await activity(other) == [])
        try await useAll(connections, of: database)
        let open: Int = try await other.rows(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")[
                0
            ]
            .value("n")
        #expect(open <= connections)
        try await database.close()
        try await other.close()
    }

    /// A transaction with a savepoint, or a statement alone that takes its time.
    private static func work(_ index: Int, on database: Database) async throws {
        let counter = Counter(name: "\(index)")
        if index.isMultiple(of: 5) {
            _ = try await database.rows("SELECT pg_sleep_for('2 ms')")
            try await Counter.objects.create(counter, on: database)
            return
        }
        try await database.transaction { tx in
            try await Counter.objects.create(counter, on: tx)
            if index.isMultiple(of: 3) { _ = try await tx.rows("SELECT pg_sleep_for('2 ms')") }
            try await tx.transaction { inner in _ = try await Counter.objects.count(on: inner) }
        }
    }

    /// Every connection of the pool at the same time: none is missing.
    private func useAll(_ connections: Int, of database: Database) async throws {
        let arrived = Tally()
        let (all, signal) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    try await database.transaction { tx in
                        _ = try await Counter.objects.count(on: tx)
                        if arrived.count() == connections { signal.finish() }
                        for await _ in all {}
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What other connections of the database are doing, if they are not idle.
    private func activity(_ database: Database) async throws -> [String] {
        try await database.rows(
            """
            SELECT state || ': ' || query AS what FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
                AND backend_type = 'client backend'
            """
        ).map { try $0.value("what") }
    }
}
