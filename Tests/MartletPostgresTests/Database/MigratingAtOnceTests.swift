import MartletORM
import MartletPostgres
import MartletTesting
import Testing

/// Several processes begin to migrate one new database at the same moment: one applies, the others find it done.
@Suite(.postgres, .timeLimit(.minutes(2))) struct MigratingAtOnceTests {
    private static let processes = 6
    private static let later = Migration("0002", sql: ["ALTER TABLE counter ADD COLUMN size integer"])
    private static let migrations = [Migration("0001", creating: [Counter.self]), later]

    /// What each of several processes, which have connections of their own, has applied.
    private func migrate(
        _ open: @escaping @Sendable (_ process: Int) async throws -> Database
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: [String].self) { group in
            for process in 0..<Self.processes {
                group.addTask {
                    let database = try await open(process)
                    let applied = try await Migrator(Self.migrations).migrate(database)
                    try await database.close()
                    return applied
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test func newDatabaseIsMigratedOnce() async throws {
        let server = try await PostgresServer.shared()
        for _ in 0..<5 {
            let url = try await server.newDatabase()
            let applied = try await migrate { try PostgresDatabase.open("\(url)&application_name=p\($0)") }
            #expect(applied == ["0001", "0002"])
        }
    }

    /// As `up` and workers do where a new release starts on several machines.
    @Test func applicationsPrepareAndMigrateANewDatabase() async throws {
        let server = try await PostgresServer.shared()
        for _ in 0..<5 {
            let url = try await server.newDatabase()
            let applied = try await migrate { process in
                let store = try PostgresStore(url: "\(url)&application_name=p\(process)", keepsTasks: true)
                try await store.prepare("billing")
                return try store.database(of: "billing")
            }
            #expect(applied == ["0001", "0002"])
        }
    }

    /// The release that still runs is in the midst of a transaction on the table that the new one changes.
    @Test func migratingWaitsForWhoUsesATable() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let (running, looking) = (try PostgresDatabase.open(url), try PostgresDatabase.open(url))
        try await Migrator([Self.migrations[0]]).migrate(running)
        let migrating = try await running.transaction { tx in
            try await Counter.objects.create(Counter(name: "a"), on: tx)
            let migrating = Task { try await migrate { try PostgresDatabase.open("\(url)&application_name=p\($0)") } }
            let waiting: SQL = """
                SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
                """
            while try await looking.rows(waiting).count < Self.processes { await Task.yield() }
            return migrating
        }
        #expect(try await migrating.value == ["0002"])
        #expect(try await running.rows("SELECT name, size FROM counter")[0].values == [.text("a"), .null])
        try await running.close()
        try await looking.close()
    }
}
