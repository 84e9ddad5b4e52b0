import BillingContract
import Foundation
import MartletORM
import MartletSQLite
import MartletTasks
import MartletTesting
import ProjectsContract
import StudioKit

@testable import BillingService

/// *billing* on a database of its own, with a *projects* that has the given entries.
final class TestBilling: Sendable {
    let database: Database
    let service: BillingService
    private let folder: URL

    init(entries: [EntryView]) async throws {
        database = try SQLiteDatabase.temporary()
        try await Migrator([OutboxMigration.migration] + BillingModule.migrations).migrate(database)
        var projects = ProjectsDouble()
        projects.onBillableEntries = { from, through, after, limit in
            let later = entries.filter { $0.day >= from && $0.day <= through && $0.id > after ?? 0 }
            return Array(later.prefix(limit ?? 500))
        }
        folder = FileManager.default.temporaryDirectory.appending(path: "billing-\(UUID().uuidString)")
        service = BillingService(
            database: database, projects: projects,
            tasks: TaskClient(broker: MemoryBroker(), results: MemoryResultBackend()),
            printer: InvoicePrinter(
                database: database, folder: folder, seller: InvoiceDocument.Party(name: "Studio")),
            vatBasisPoints: 1_900)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

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
