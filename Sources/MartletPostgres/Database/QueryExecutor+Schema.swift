import MartletORM

extension QueryExecutor {
    /// Makes a schema unless it is there.
    ///
    /// It looks first: `CREATE SCHEMA IF NOT EXISTS` needs the right to make one even where there is nothing to make.
    func makeSchema(_ name: String) async throws {
        _ = try await all("SELECT pg_advisory_xact_lock(\(AdvisoryLock.schema), 0)") { _ in true }
        let known: Bool? = try await one("SELECT true FROM pg_catalog.pg_namespace WHERE nspname = ?", [.text(name)])
        if known == nil { try await change("CREATE SCHEMA \(PostgresOptions.quoted(name))") }
    }
}
