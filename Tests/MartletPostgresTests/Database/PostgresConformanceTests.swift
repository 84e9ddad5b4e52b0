import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresConformanceTests {
    @Test func keepsThePromisesOfADatabase() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        try await exerciseDatabase(transactions: 4) {
            try await TestDatabase.emptied(url, options: PostgresOptions(maxConnections: 4))
        }
    }

    @Test func keepsThemWithoutPreparedStatements() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        try await exerciseDatabase(transactions: 2) {
            try await TestDatabase.emptied(
                url, options: PostgresOptions(maxConnections: 2, preparesStatements: false))
        }
    }
}
