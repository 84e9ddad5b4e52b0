import Foundation
import MartletORM
import MartletPostgres
import MartletTesting
import Testing

/// The same story with everything in PostgreSQL.
@Suite(.enabled(if: PostgresServer.isExpected, "PostgreSQL is not installed: apt-get install postgresql"))
struct PostgresDemoTests {
    @Test func tellsItsStoryOnPostgreSQLAndTellsItAgain() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        for arguments in [["--exit"], [Demo.sample("toggl-defects.csv"), "--exit"]] {
            let demo = try await Demo.run(arguments, database: url)
            #expect(demo.code == 0, "\(demo.output)")
            #expect(demo.output.contains("kill -9: the worker dies in the middle"))
            #expect(demo.output.contains("numbers without a gap"))
            #expect(!demo.output.contains("NOT SO"))
        }
        let database = try PostgresDatabase.open(url)
        let rows = try await database.rows("SELECT count(*) AS invoices FROM billing.invoice")
        #expect(try rows[0].value("invoices", as: Int.self) > 0)
        try await database.close()
    }

    @Test func leavesNoFileOfADatabase() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = try await PostgresServer.shared().newDatabase()
        let demo = try await Demo.run([Demo.sample("toggl-defects.csv"), "--exit"], data: folder, database: url)
        #expect(demo.code == 0, "\(demo.output)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.filter { $0.contains("sqlite") }.isEmpty)
        #expect(files.contains("billing"))
    }

    @Test func emptiesNoDatabaseThatIsNotItsOwn() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url)
        try await database.execute("CREATE SCHEMA billing")
        try await database.execute("CREATE TABLE billing.thesis (id integer)")
        let demo = try await Demo.run(["--exit"], database: url)
        #expect(demo.code != 0)
        #expect(demo.output.contains("has schemas that no demo made: billing"))
        #expect(try await database.rows("SELECT 1 FROM billing.thesis").isEmpty)
        try await database.close()
    }
}
