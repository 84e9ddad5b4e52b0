public import MartletORM

/// Checks a database driver against everything its protocols promise; every driver's tests call it.
///
/// ```swift
/// @Test func keepsThePromisesOfADatabase() async throws {
///     try await exerciseDatabase(transactions: 1) { try SQLiteDatabase.temporary() }
/// }
/// ```
///
/// - Parameters:
///   - transactions: How many transactions of the database can be open at once; one more waits.
///   - make: Makes an empty database; called once for each check, which closes it.
/// - Throws: ``ConformanceFailure``, naming the promise that is broken, or what the database throws.
public func exerciseDatabase(
    transactions: Int, _ make: @Sendable () async throws -> Database
) async throws {
    for check in DatabaseCheck.all {
        let database = try await make()
        try await Migrator(DatabaseCheck.migrations).migrate(database)
        try await check.run(DatabaseScene(database: database, transactions: transactions))
        try await database.close()
    }
}
