import MartletORM
import MartletSQLite
import Testing

@testable import MartletApp

@Suite struct PieceOfWorkTests {
    @Test func `reads follow the writes of a request, and not those of another one`() async throws {
        let (primary, replica) = (try SQLiteDatabase.temporary(), try SQLiteDatabase.temporary())
        for file in [primary, replica] { try await file.execute("CREATE TABLE note (text TEXT)") }
        let database = try RoutedDatabase(primary: primary, replicas: [replica])
        let work = PieceOfWork(queries: nil)
        func count() async throws -> Int { try await database.rows("SELECT text FROM note").count }
        try await work.run {
            #expect(try await count() == 0)
            try await database.execute("INSERT INTO note VALUES ('new')")
            #expect(try await count() == 1)
        }
        #expect(try await work.run { try await count() } == 0)
    }
}
