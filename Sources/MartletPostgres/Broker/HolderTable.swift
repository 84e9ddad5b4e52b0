import MartletORM

/// The processes that hold leases, each known by an advisory lock of its session, which the server frees when the
/// connection ends, however it ends.
enum HolderTable {
    /// The processes other than this one whose lock is free.
    static func free(_ tx: some QueryExecutor, except own: Int32) async throws -> Set<Int32> {
        let rows = try await tx.all(
            """
            SELECT id FROM martlet_holder WHERE id <> ?::integer AND NOT EXISTS (
                SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted
                    AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                    AND classid = \(AdvisoryLock.holder)::oid AND objid = martlet_holder.id::oid)
            """, [.integer(Int64(own))]
        ) { Int32(truncatingIfNeeded: try $0.next(as: Int64.self)) }
        return Set(rows)
    }

    /// Gives back what a process holds whose lock is free, unless it has come back or another is at it.
    static func release(_ tx: some QueryExecutor, _ holder: Int32) async throws {
        let isFree: Bool? = try await tx.one(
            "SELECT pg_try_advisory_xact_lock(\(AdvisoryLock.holder), ?::integer)", [.integer(Int64(holder))])
        guard isFree == true else { return }
        try await MessageTable.release(tx, holder: holder)
        try await tx.change("DELETE FROM martlet_holder WHERE id = ?", [.integer(Int64(holder))])
    }
}
