import MartletORM
import MartletSQLite
import MartletServices
import ProjectsContract
import StudioKit

@testable import ProjectsService

/// Reports for tests.
enum Report {
    /// A report of lines, under the header of a detailed report.
    static func text(_ lines: [String], amount: String? = "Amount (EUR)") -> [UInt8] {
        let header =
            "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags"
        return Array(([header + (amount.map { ",\($0)" } ?? "")] + lines.map { $0 }).joined(separator: "\r\n").utf8)
    }

    /// A report with an entry on each of so many days, for three clients.
    static func days(_ count: Int) -> [UInt8] {
        text(
            (0..<count).map { index in
                let day = 1 + index % 28
                let month = 1 + index / 28 % 12
                let year = 2025 + index / 336
                let date = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
                return
                    "Ada,ada@x.org,Client \(index % 3),Shop,,Work,Yes,\(date),09:00:00,\(date),10:00:00,01:00:00,web,80.00"
            })
    }
}

extension ProjectsService {
    /// The service on a database of its own, migrated.
    static func temporary() async throws -> ProjectsService {
        let database = try SQLiteDatabase.temporary()
        try await Migrator([OutboxMigration.migration] + ProjectsModule.migrations).migrate(database)
        return ProjectsService(database: database, hourlyRate: Money(cents: 8_000, currency: .eur))
    }

    /// Imports a report as a worker would.
    func importEverything(_ report: [UInt8]) async throws -> ImportView {
        let view = try await importReport(ContractFile(contentType: "text/csv", bytes: report))
        let chunks = try await ImportChunk.objects.filter { $0.report.id == view.id }.all(on: database)
        for chunk in chunks { _ = try await importChunk(chunk: chunk.id) }
        return try await importStatus(id: view.id)
    }
}
