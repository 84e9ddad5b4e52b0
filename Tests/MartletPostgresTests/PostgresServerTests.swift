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
