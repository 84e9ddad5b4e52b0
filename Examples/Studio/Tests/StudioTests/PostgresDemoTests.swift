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
        let first = try await Demo.run(["--exit"], database: url)
        #expect(first.code == 0, "\(first.output)")
        #expect(first.output.contains("5000 entries imported, 0 known, 0 rows refused."))
        #expect(first.output.contains("kill -9: the worker dies in the middle"))
        #expect(first.output.contains("144 PDFs, one for each invoice"))
        #expect(!first.output.contains("NOT SO"))
        let second = try await Demo.run([Demo.sample("toggl-defects.csv"), "--exit"], database: url)
        #expect(second.code == 0, "\(second.output)")
        #expect(second.output.contains("4 entries imported, 0 known, 35 rows refused."))
        #expect(!second.output.contains("NOT SO"))
        let database = try PostgresDatabase.open(url)
        let rows = try await database.rows("SELECT count(*) AS invoices FROM billing.invoice")
        #expect(try rows[0].value("invoices", as: Int.self) == 1)
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
