import GRDB
import MartletTasks

import enum MartletORM.SQLValue

/// The totals of what all workers have done: one row.
enum StatisticsTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS martlet_statistics (
            only INTEGER PRIMARY KEY CHECK (only = 1), done INTEGER NOT NULL, failed INTEGER NOT NULL,
            retried INTEGER NOT NULL, recovered INTEGER NOT NULL, dead_lettered INTEGER NOT NULL,
            expired INTEGER NOT NULL);
        INSERT OR IGNORE INTO martlet_statistics VALUES (1, 0, 0, 0, 0, 0, 0);
        """

    static func add(_ db: Database, _ counts: WorkerReport) throws {
        guard counts != WorkerReport() else { return }
        try db.execute(
            cached: """
                UPDATE martlet_statistics SET done = done + ?, failed = failed + ?, retried = retried + ?,
                    recovered = recovered + ?, dead_lettered = dead_lettered + ?, expired = expired + ?
                """,
            bindings: [
                counts.done, counts.failed, counts.retried, counts.recovered, counts.deadLettered, counts.expired,
            ].map { .integer(Int64($0)) })
    }

    static func fetch(_ db: Database) throws -> WorkerReport {
        var report = WorkerReport()
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM martlet_statistics") else { return report }
        report.done = row["done"]
        report.failed = row["failed"]
        report.retried = row["retried"]
        report.recovered = row["recovered"]
        report.deadLettered = row["dead_lettered"]
        report.expired = row["expired"]
        return report
    }
}
