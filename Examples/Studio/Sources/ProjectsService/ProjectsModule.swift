import AccountsContract
import Configuration
public import MartletApp
public import MartletORM
import MartletServices
import ProjectsContract
import StudioKit

/// *projects* in an executable: clients, projects, tags and time entries, and the import of reports.
///
/// Settings: `PROJECTS_CURRENCY` (`EUR`) and `PROJECTS_HOURLY_RATE` (`80.00`) apply where a report names none.
public struct ProjectsModule: ServiceModule {
    /// `projects`.
    public static let name = "projects"
    /// The tables of the service.
    public static let migrations = [
        Migration(
            "0001_initial",
            creating: [
                Client.self, Project.self, Tag.self, ProjectTag.self, TimeEntry.self, EntryTag.self, ReportImport.self,
                ImportChunk.self, ImportError.self,
            ])
    ]

    private let service: ProjectsService

    /// Makes the service on its database, with its settings.
    public init(_ environment: ServiceEnvironment) async throws {
        let currency = try Currency(environment.config.string(forKey: "projects.currency", default: "EUR"))
        let rate = environment.config.string(forKey: "projects.hourly.rate", default: "80.00")
        service = ProjectsService(
            database: try await environment.database(), accounts: try environment.service(AccountsContract.self),
            hourlyRate: try Money(parsing: rate, currency: currency))
    }

    /// Registers the contract with its background members.
    public func register(in registration: inout ServiceRegistration) {
        registration.contract(ProjectsContract.self, service)
    }
}
