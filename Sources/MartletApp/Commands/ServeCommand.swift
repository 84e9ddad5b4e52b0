import ArgumentParser
import MartletServices
import MartletTasks

/// `serve [services…]`: serves contracts over HTTP.
struct ServeCommand<App: MartletApplication>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve", abstract: "Serve services over HTTP.",
            discussion: """
                One service is served at the root of its port. Several, or all when none is named, are served in one \
                process below the gateway's prefixes; they call each other directly. Health is at /livez and /readyz.

                Examples:
                  \(App.name) serve --migrate --work       everything in one process: for one small server
                  \(App.name) serve                        all services in one process, on GATEWAY_PORT or 8080
                  \(App.name) serve \(App.services.first?.name ?? "name") --port 8081
                """)
    }

    @Argument(help: "The services; all when none is named.")
    var services: [String] = []

    @Option(help: "The port; 0 for a free one. By default <NAME>_PORT, or 8080.")
    var port: Int?

    @Flag(help: "Bring the databases up to date first.")
    var migrate = false

    @Flag(help: "Run the services' tasks in the same process.")
    var work = false

    func run() async throws {
        let modules = try App.modules(named: services)
        let process = try await ApplicationProcess(App.self, modules, isServing: true)
        if migrate, !Worker.isPoolChild { try await process.migrate() }
        try await process.host.load()
        let alone = services.count == 1 ? services[0] : nil
        let mounts = process.host.routes.map { name, routes in
            ServiceMount(name, at: alone == nil ? prefix(of: name) : "", routes: routes)
        }
        let server = try process.server(mounts, as: alone ?? "gateway", port: port, defaultPort: 8080)
        try await process.run(work ? [server, try process.worker()] : [server])
    }

    private func prefix(of service: String) -> String {
        App.gateway.first { $0.service == service }?.prefix ?? "/" + service
    }
}
