import AccountsService
import ArgumentParser
import BillingService
import MartletApp
import MartletPostgres
import MartletServices
import NotifyService
import ProjectsService

/// A freelancer's back office: four services, a gateway before them, and the demo's story.
@main
struct Studio: MartletApplication {
    static let name = "studio"
    static let abstract = "A freelancer's back office: time, invoices, mail."
    static let services: [any ServiceModule.Type] = [
        AccountsModule.self, ProjectsModule.self, BillingModule.self, NotifyModule.self,
    ]
    static let stores: [any ServerStore.Type] = [PostgresStore.self]
    static let commands: [any AsyncParsableCommand.Type] = [DemoCommand.self]
}
