import Foundation
import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresServerTests {
    @Test func leavesNothingBehind() async throws {
        let server = try await PostgresServer.start()
        let database = try PostgresDatabase.open(try await server.newDatabase())
        #expect(try await database.rows("SELECT 1 AS x")[0].values == [.integer(1)])
        #expect(FileManager.default.fileExists(atPath: server.folder))
        try await server.end()
        #expect(!FileManager.default.fileExists(atPath: server.folder))
        let error = await #expect(throws: ORMError.self) { try await database.rows("SELECT 1 AS x") }
        #expect(error?.code == .cannotConnect)
        try await database.close()
    }

    #if os(Linux)
    /// What cleans up when a test run is over holds nothing of its output, for whose end somebody may wait.
    @Test func holdsNothingOfTheOutputOfATestRun() async throws {
        let server = try await PostgresServer.start()
        func target(_ process: String, _ descriptor: String) -> String? {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(descriptor)")
        }
        let id = "\(server.guardianProcess)"
        let own = Set([target("self", "1"), target("self", "2")].compactMap(\.self)).subtracting(["/dev/null"])
        let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").compactMap { target(id, $0) }
        #expect(held.count >= 3)
        #expect(own.isDisjoint(with: held), "\(own), \(held)")
        try await server.end()
    }
    #endif

    @Test func givesEachCallerADatabaseOfItsOwn() async throws {
        let server = try await PostgresServer.shared()
        let (first, second) = (try await server.newDatabase(), try await server.newDatabase())
        #expect(first != second)
        let database = try PostgresDatabase.open(first)
        try await database.execute("CREATE TABLE here (n int)")
        let other = try PostgresDatabase.open(second)
        #expect(try await other.rows("SELECT to_regclass('here')::text AS name")[0].values == [.null])
        try await database.close()
        try await other.close()
    }
}
