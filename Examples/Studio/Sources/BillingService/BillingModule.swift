import BillingContract
import Configuration
import Foundation
public import MartletApp
public import MartletORM
import MartletServices
import ProjectsContract
import StudioKit

/// *billing* in an executable: invoices, payments and the monthly run.
///
/// Settings: `BILLING_VAT_BASIS_POINTS` (`1900`, which is 19 %), and `BILLING_SELLER`, the name on the invoices.
public struct BillingModule: ServiceModule {
    /// `billing`.
    public static let name = "billing"
    /// The tables of the service.
    public static let migrations = [
        Migration(
            "0001_initial",
            creating: [
                Client.self, Project.self, Run.self, Invoice.self, Line.self, BilledEntry.self, Payment.self, Tag.self,
                InvoiceTag.self, NumberSeries.self,
            ])
    ]

    private let service: BillingService

    /// Makes the service on its database, with its settings.
    public init(_ environment: ServiceEnvironment) async throws {
        let database = try await environment.database()
        let seller = environment.config.string(forKey: "billing.seller", default: "Studio Martlet")
        service = BillingService(
            database: database,
            projects: try environment.service(ProjectsContract.self),
            tasks: environment.tasks,
            printer: InvoicePrinter(
                database: database,
                folder: URL(filePath: environment.dataDirectory).appending(path: "billing/invoices"),
                seller: InvoiceDocument.Party(name: seller)),
            vatBasisPoints: environment.config.int(forKey: "billing.vat.basis.points", default: 1_900))
    }

    /// Registers the contract with its background members.
    public func register(in registration: inout ServiceRegistration) {
        registration.contract(BillingContract.self, service)
    }
}
