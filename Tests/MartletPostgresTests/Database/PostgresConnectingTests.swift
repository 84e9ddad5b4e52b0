import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresConnectingTests {
    @Test func connectsByTLSWhenTheURLSaysSo() async throws {
        let server = try await PostgresServer.shared()
        let url = try await server.newDatabase()
        for (mode, isEncrypted) in [("require", true), ("disable", false)] {
            let database = try PostgresDatabase.open(server.tcpURL(url, sslMode: mode))
            let rows = try await database.rows("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            #expect(try rows[0].value("ssl", as: Bool.self) == isEncrypted)
            try await database.close()
        }
        let database = try PostgresDatabase.open(server.tcpURL(url, sslMode: "verify-full"))
        let error = await #expect(throws: ORMError.self) { try await database.rows("SELECT 1") }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("certificate") == true)
        try await database.close()
    }

    @Test func takesKeywordsToo() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let parts = url.dropFirst("postgres:///".count).split(separator: "?")
        let keywords = "dbname=\(parts[0]) " + parts[1].replacing("&", with: " ")
        let database = try PostgresDatabase.open(keywords)
        let row = try await database.rows(
            "SELECT current_database()::text AS name, current_setting('TimeZone') AS zone")[0]
        #expect(row.values == [.text(String(parts[0])), .text("UTC")])
        try await database.close()
    }

    @Test(arguments: ["postgres://ada:secret@host/x?nope=1", "host", "secret=1", "postgres://h/x?secret=1"])
    func refusesAMalformedString(url: String) {
        let error = #expect(throws: ORMError.self) { try PostgresDatabase.open(url) }
        #expect(error?.code == .invalidQuery)
        #expect(error?.message.contains("ada:secret") == false)
    }

    @Test(arguments: ["host=h password=hunter2 nope=1", "postgres://ada:hunter2@h/x?a=%hunter2", "hunter2"])
    func neverRepeatsAPassword(url: String) {
        let error = #expect(throws: ORMError.self) { try PostgresDatabase.open(url) }
        #expect(error?.code == .invalidQuery)
        #expect(error.map { "\($0)".contains("hunter2") } == false, "\(String(describing: error))")
    }

    @Test func refusesToHaveNoConnections() {
        let error = #expect(throws: ORMError.self) {
            try PostgresDatabase.open("postgres://h/x", options: PostgresOptions(maxConnections: 0))
        }
        #expect(error?.message.contains("maxConnections is 0") == true)
    }

    @Test func saysThatTheServerCannotBeReached() async throws {
        let database = try PostgresDatabase.open("postgres://127.0.0.1:1/x?connect_timeout=5")
        let error = await #expect(throws: ORMError.self) { try await database.rows("SELECT 1") }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("Check the address") == true)
        try await database.close()
        let url = try await PostgresServer.shared().newDatabase()
        let absent = try PostgresDatabase.open(url.replacing("test_", with: "absent_"))
        let words = await #expect(throws: ORMError.self) { try await absent.rows("SELECT 1") }
        #expect(words?.code == .accessDenied)
        #expect(words?.message.contains("does not exist") == true)
        try await absent.close()
    }

    @Test func tellsThatNoConnectionBecameFree() async throws {
        let database = try await TestDatabase.counters(
            options: PostgresOptions(maxConnections: 1, poolTimeout: .seconds(1)))
        let error = try await database.transaction { tx in
            _ = try await Counter.objects.count(on: tx)
            return await #expect(throws: ORMError.self) { try await Counter.objects.count(on: database) }
        }
        #expect(error?.code == .busy)
        #expect(error?.message.contains("all 1 are in use") == true)
        #expect(try await Counter.objects.count(on: database) == 0)
        try await database.close()
    }

    @Test func checksAConnectionThatWasIdle() async throws {
        let database = try await TestDatabase.counters(
            options: PostgresOptions(maxConnections: 1, checkAfter: .zero))
        for _ in 0..<5 { #expect(try await Counter.objects.count(on: database) == 0) }
        try await database.close()
    }
}
