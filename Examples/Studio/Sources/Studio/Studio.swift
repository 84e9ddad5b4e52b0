import ArgumentParser
import BillingService
import MartletApp
import MartletServices
import NotifyService
import ProjectsService

/// A freelancer's back office: three services, a gateway before them, and the demo's story.
@main
struct Studio: MartletApplication {
    static let name = "studio"
    static let abstract = "A freelancer's back office: time, invoices, mail."
    static let services: [any ServiceModule.Type] = [ProjectsModule.self, BillingModule.self, NotifyModule.self]
    static let commands: [any AsyncParsableCommand.Type] = [DemoCommand.self]
}
