import MartletORM
import MartletTasks

/// The totals of what all workers have done: a few rows, so that workers do not wait for each other's commits.
enum StatisticsTable {
    /// How many rows there are; each process adds to one of them.
    static let slots = 64

    static func add(_ tx: some QueryExecutor, _ counts: WorkerReport, slot: Int) async throws {
        guard counts != WorkerReport() else { return }
        try await tx.change(
            """
            INSERT INTO martlet_statistics AS total VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (slot) DO UPDATE SET done = total.done + excluded.done,
                failed = total.failed + excluded.failed, retried = total.retried + excluded.retried,
                recovered = total.recovered + excluded.recovered,
                dead_lettered = total.dead_lettered + excluded.dead_lettered,
                expired = total.expired + excluded.expired
            """,
            [slot, counts.done, counts.failed, counts.retried, counts.recovered, counts.deadLettered, counts.expired]
                .map(SQLValue.number))
    }

    static func fetch(_ tx: some QueryExecutor) async throws -> WorkerReport {
        let rows = try await tx.all(
            "SELECT done, failed, retried, recovered, dead_lettered, expired FROM martlet_statistics"
        ) { row in
            var report = WorkerReport()
            report.done = try row.next()
            report.failed = try row.next()
            report.retried = try row.next()
            report.recovered = try row.next()
            report.deadLettered = try row.next()
            report.expired = try row.next()
            return report
        }
        return rows.reduce(WorkerReport(), +)
    }
}
