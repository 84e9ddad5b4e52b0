import ArgumentParser
import Foundation
import Logging
import MartletServices
import ServiceLifecycle
import UnixSignals

/// `up`: runs everything on this machine, one process per service.
struct UpCommand<App: MartletApplication>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "up", abstract: "Run every service in a process of its own, with a gateway and a worker.",
            discussion: """
                Migrates the databases, starts the services, then the gateway, then the worker, each when the ones before \
                are ready. A process that ends is started again. SIGINT or SIGTERM stops all in reverse order. What runs \
                where stands in up.json in the data folder.

                A port is that of <NAME>_PORT. Without it a service and the worker take a free one, the gateway 8080.

                Examples:
                  \(App.name) up
                  GATEWAY_PORT=0 MARTLET_DATA=/var/lib/\(App.name) \(App.name) up --workers 2
                """)
    }

    @Option(help: "How many worker processes.")
    var workers = 1

    @Option(help: "How many tasks each worker runs at once, as for work. By default WORKER_CONCURRENCY, or 8.")
    var concurrency: String?

    func validate() throws {
        guard (0...64).contains(workers) else { throw ValidationError("--workers is a number from 0 to 64.") }
    }

    func run() async throws {
        let process = try await ApplicationProcess(App.self, App.services, isServing: false)
        let plans = try await plans(process.host.settings)
        let log = MergedLog(plans.map(\.name) + ["up"])
        for (service, applied) in try await process.migrate() where !applied.isEmpty {
            log.line("\(service): applied \(applied.joined(separator: ", "))", from: "up")
        }
        let runner = UpRunner(
            executable: try Self.executable(), application: App.name,
            dataDirectory: process.host.settings.dataDirectory, plans: plans, log: log)
        do {
            try await ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [.init(service: runner, successTerminationBehavior: .gracefullyShutdownGroup)],
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() })
            ).run()
        } catch let error as ProcessesFailed {
            throw ExitCode(error.code)
        }
    }

    private func plans(_ settings: ApplicationSettings) async throws -> [ProcessPlan] {
        let services = App.services.map { $0.name }
        let hasGateway = !App.gateway.isEmpty
        var requests = try services.map { (name: $0, port: try settings.port(of: $0) ?? 0) }
        if hasGateway { requests.append(("gateway", try settings.port(of: "gateway") ?? 8080)) }
        for index in 0..<workers { requests.append(("worker", index == 0 ? try settings.port(of: "worker") ?? 0 : 0)) }
        let ports = try await FreePorts.resolve(requests)
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(STDOUT_FILENO) == 1
        return ProcessPlan.all(
            services: Array(zip(services, ports)), gateway: hasGateway ? ports[services.count] : nil,
            workers: Array(ports.suffix(workers)),
            workArguments: concurrency.map { ["--concurrency", $0] } ?? [],
            environment: [
                "MARTLET_DATA": settings.dataDirectory,
                "LOG_FORMAT": environment["LOG_FORMAT"] ?? (isTerminal ? "human" : "logfmt"),
            ])
    }

    /// The path of the file that runs.
    private static func executable() throws -> String {
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
        guard let path = Bundle.main.executablePath else {
            throw ServiceError(
                .misconfigured, "The path of this executable cannot be found, so 'up' cannot start it again.")
        }
        return path
    }
}
