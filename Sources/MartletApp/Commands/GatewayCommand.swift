import ArgumentParser
import MartletServices

/// `gateway`: forwards requests to services in other processes.
struct GatewayCommand<App: MartletApplication>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "gateway", abstract: "Forward requests to the services by the prefix of their paths.",
            discussion: """
                The routes are \(App.gateway.map { "\($0.prefix) -> \($0.service)" }.joined(separator: ", ")). Each \
                service's URL comes from its setting <NAME>_URL.

                Example:
                  \(example) \(App.name) gateway --port 8080
                """)
    }

    private static var example: String {
        App.gateway.map { "\(ApplicationSettings.variable($0.service, "url"))=http://127.0.0.1:8081" }.first ?? ""
    }

    @Option(help: "The port; 0 for a free one. By default GATEWAY_PORT, or 8080.")
    var port: Int?

    func run() async throws {
        let process = try await ApplicationProcess(App.self, [], isServing: false)
        let settings = process.host.settings
        let gateway = try Gateway(App.gateway) { service in
            guard let url = settings.url(of: service) else {
                let setting = ApplicationSettings.variable(service, "url")
                throw ServiceError(
                    .misconfigured,
                    "The gateway needs the URL of the service '\(service)'. Set \(setting), to http://127.0.0.1:8081 say."
                )
            }
            return url
        }
        let server = try process.server([], gateway: gateway, as: "gateway", port: port, defaultPort: 8080)
        try await process.run([server])
    }
}
