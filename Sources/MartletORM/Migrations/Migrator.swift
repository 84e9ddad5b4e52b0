/// Brings a database to the state that a list of migrations describes.
///
/// ```swift
/// try await Migrator(migrations).migrate(database)
/// ```
///
/// What was applied is remembered in the table `martlet_migrations`. All of it happens in one transaction: two processes
/// may migrate at once, the second finds everything done; and an error leaves the database as it was.
public struct Migrator: Sendable {
    private let migrations: [Migration]

    /// Makes a migrator for migrations in the order in which they run; add new ones at the end.
    public init(_ migrations: [Migration]) {
        self.migrations = migrations
    }

    /// Applies the migrations that were not applied yet and returns their names.
    ///
    /// - Throws: ``ORMError`` with code `migrationChanged` when one that was applied is different now, with
    ///   `invalidMigration` when the list is not a continuation of what was applied, or the database's own.
    @discardableResult
    public func migrate(_ database: some QueryExecutor) async throws -> [String] {
        try await database.transaction { tx in
            for statement in tx.dialect.migrationTable { try await tx.execute(SQL(raw: statement)) }
            let pending = try await pending(on: tx)
            for migration in pending { try await apply(migration, on: tx) }
            return pending.map(\.name)
        }
    }

    /// Returns the migrations that ``migrate(_:)`` would apply, in their order, and changes nothing.
    ///
    /// - Throws: as ``migrate(_:)`` does.
    public func plan(_ database: some QueryExecutor) async throws -> [Migration] {
        let found = try await database.rows(SQL(raw: database.dialect.migrationTableQuery))
        guard !found.isEmpty else {
            try check()
            return migrations
        }
        return try await pending(on: database)
    }

    private func pending(on executor: some QueryExecutor) async throws -> [Migration] {
        try check()
        let rows = try await executor.rows("SELECT name, checksum FROM martlet_migrations ORDER BY position")
        for (index, row) in rows.enumerated() {
            let name: String = try row.value("name")
            guard index < migrations.count, migrations[index].name == name else {
                throw unexpected(name, at: index)
            }
            let checksum: String = try row.value("checksum")
            guard migrations[index].checksum(executor.dialect) == checksum else { throw changed(name) }
        }
        return Array(migrations.dropFirst(rows.count))
    }

    private func apply(_ migration: Migration, on tx: Transaction) async throws {
        for statement in migration.sql(for: tx.dialect) {
            do {
                try await tx.execute(SQL(raw: statement))
            } catch var error as ORMError {
                error.message = "Migration \(migration.name) failed, and nothing was changed: \(error.message)"
                throw error
            }
        }
        try await tx.execute(
            "INSERT INTO martlet_migrations (name, checksum) VALUES (\(migration.name), \(migration.checksum(tx.dialect)))"
        )
    }

    private func check() throws {
        if let problem = migrations.compactMap(\.problem).first { throw problem }
        let names = migrations.map(\.name)
        if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
            throw ORMError(.invalidMigration, "Two migrations are named \(twice); give each its own name.")
        }
    }

    private func changed(_ name: String) -> ORMError {
        ORMError(
            .migrationChanged,
            "Migration \(name) was applied to this database and is different now. Restore it, and write the change as a "
                + "new migration at the end. If it is made from models (creating:) and a model has changed, replace "
                + "creating: by the statements it had when it was applied.")
    }

    private func unexpected(_ name: String, at index: Int) -> ORMError {
        let expected = index < migrations.count ? "the list has \(migrations[index].name)" : "the list is shorter"
        return ORMError(
            .invalidMigration,
            "This database has had migration \(name) as number \(index + 1), but \(expected). Migrations may only be "
                + "added at the end; an older program cannot use a database that a newer one has migrated.")
    }
}
