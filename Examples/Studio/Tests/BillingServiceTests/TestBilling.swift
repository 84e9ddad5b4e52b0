import BillingContract
import Foundation
import MartletORM
import MartletTasks
import MartletTesting
import ProjectsContract
import StudioKit
import StudioTestKit

@testable import BillingService

/// *billing* on a database of its own, with a *projects* that has the given entries.
final class TestBilling: Sendable {
    let database: Database
    let service: BillingService
    private let folder: URL

    init(entries: [EntryView], on kind: TestDatabase = .sqlite) async throws {
        database = try await kind.migrated(BillingModule.migrations)
        var projects = ProjectsDouble()
        projects.onBillableEntries = { from, through, after, limit in
            let later = entries.filter { $0.day >= from && $0.day <= through && $0.id > after ?? 0 }
            return Array(later.prefix(limit ?? 500))
        }
        projects.onEntries = { ids in entries.filter { ids.contains($0.id) } }
        folder = FileManager.default.temporaryDirectory.appending(path: "billing-\(UUID().uuidString)")
        service = BillingService(
            // By way of the contract, so that calls are counted.
            database: database, projects: ProjectsContract.inProcess { [projects] in projects },
            tasks: TaskClient(broker: MemoryBroker(), results: MemoryResultBackend()),
            printer: InvoicePrinter(
                database: database, folder: folder, seller: InvoiceDocument.Party(name: "Studio")),
            vatBasisPoints: 1_900)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Of each client five descriptions in every month of 2025, of two entries each.
    static func detailedYear(clients: Int) -> [EntryView] {
        year(clients: clients).flatMap { entry in
            (0..<10).map { index in
                var part = entry
                part.id = entry.id * 10 + index
                part.details = "Work \(index % 5)"
                return part
            }
        }
    }

    /// An entry of a client on the fifth day of every month of 2025.
    static func year(clients: Int) -> [EntryView] {
        (1...12).flatMap { month in
            (1...clients).map { client in
                EntryView(
                    id: month * 100 + client, day: "2025-\(month < 10 ? "0" : "")\(month)-05", details: "Work",
                    seconds: 3_600, amountCents: 8_000 + client, currency: "EUR",
                    project: ProjectView(id: client, name: "Shop", client: "Client \(client)", parent: nil),
                    clientID: client, tags: ["web"])
            }
        }
    }
}
