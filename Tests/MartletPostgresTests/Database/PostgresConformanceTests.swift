import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresConformanceTests {
    @Test func keepsThePromisesOfADatabase() async throws {
        try await exerciseDatabase(transactions: 4) {
            try await TestDatabase.empty(options: PostgresOptions(maxConnections: 4))
        }
    }

    @Test func keepsThemWithoutPreparedStatements() async throws {
        try await exerciseDatabase(transactions: 2) {
            try await TestDatabase.empty(options: PostgresOptions(maxConnections: 2, preparesStatements: false))
        }
    }
}
