import ArgumentParser
import MartletServices

/// `migrate`: brings the databases up to date.
struct MigrateCommand<App: MartletApplication>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "migrate", abstract: "Bring the databases of the services up to date.",
            discussion: """
                Examples:
                  \(App.name) migrate
                  \(App.name) migrate --plan               what would be done
                """)
    }

    @Argument(help: "The services; all when none is named.")
    var services: [String] = []

    @Flag(help: "Print what is pending, as SQL, and change nothing.")
    var plan = false

    func run() async throws {
        let process = try await ApplicationProcess(App.self, try App.modules(named: services), isServing: false)
        if plan {
            for step in try await process.plan() { print(step) }
        } else {
            for (service, names) in try await process.migrate() {
                print("\(service): \(names.isEmpty ? "up to date" : "applied \(names.joined(separator: ", "))")")
            }
        }
    }
}
