import MartletSQLite
import MartletTesting
import Testing

@Suite struct SQLiteConformanceTests {
    @Test func keepsThePromisesOfADatabase() async throws {
        try await exerciseDatabase(transactions: 1) { try SQLiteDatabase.temporary() }
    }
}
