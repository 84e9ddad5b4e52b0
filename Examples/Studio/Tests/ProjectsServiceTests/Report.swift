import AccountsContract
import MartletORM
import MartletServices
import ProjectsContract
import StudioKit
import StudioTestKit

@testable import ProjectsService

/// Reports for tests.
enum Report {
    /// A report of lines, under the header of a detailed report.
    static func text(_ lines: [String], amount: String? = "Amount (EUR)") -> [UInt8] {
        let header =
            "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags"
        return Array(([header + (amount.map { ",\($0)" } ?? "")] + lines.map { $0 }).joined(separator: "\r\n").utf8)
    }

    /// A report with an entry of an hour for each of so many projects, of three clients.
    static func projects(_ count: Int) -> [UInt8] {
        text(
            (0..<count).map { index in
                "Ada,ada@x.org,Client \(index % 3),Project \(10 + index),,Work,Yes,2025-01-02,09:00:00,2025-01-02,10:00:00,"
                    + "01:00:00,web,80.00"
            })
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
    /// The service on a database of its own, migrated, beside an *accounts* that has the users 1 to 10.
    static func temporary(on kind: TestDatabase = .sqlite) async throws -> ProjectsService {
        let database = try await kind.migrated(ProjectsModule.migrations)
        var accounts = AccountsDouble()
        accounts.onUsers = { ids in
            ids.filter { (1...10).contains($0) }.map { UserView(id: $0, name: "User \($0)", email: "u\($0)@x.org") }
        }
        return ProjectsService(
            // By way of the contract, so that calls are counted.
            database: database, accounts: AccountsContract.inProcess { [accounts] in accounts },
            hourlyRate: Money(cents: 8_000, currency: .eur))
    }

    /// Imports a report as a worker would.
    func importEverything(_ report: [UInt8]) async throws -> ImportView {
        let view = try await importReport(ContractFile(contentType: "text/csv", bytes: report))
        let chunks = try await ImportChunk.objects.filter { $0.report.id == view.id }.all(on: database)
        for chunk in chunks { _ = try await importChunk(chunk: chunk.id) }
        return try await importStatus(id: view.id)
    }
}
