import Foundation
import Logging
import MartletORM
import MartletServices
import MartletTasks
import ServiceLifecycle
import UnixSignals

/// One process of an application: settings, log, services, and what runs until a signal stops it.
struct ApplicationProcess: Sendable {
    let host: ServiceHost
    let logger: Logger
    private let modules: [any ServiceModule.Type]

    /// Reads the settings and starts the log; loads no service yet.
    init<App: MartletApplication>(
        _ application: App.Type, _ modules: [any ServiceModule.Type], isServing: Bool
    ) async throws {
        ApplicationLog.bootstrap()
        self.modules = modules
        logger = Logger(label: App.name)
        host = try ServiceHost(
            modules, isServing: isServing, settings: try await ApplicationSettings.load(), logger: logger)
    }

    /// Makes the HTTP server of the process.
    func server(
        _ mounts: [ServiceMount], gateway: Gateway? = nil, as name: String, port: Int?, defaultPort: Int
    ) throws -> ServiceServer {
        var options = ServiceServer.Options()
        options.host = host.settings.host(of: name)
        options.port = try port ?? host.settings.port(of: name) ?? defaultPort
        if let limit = try host.settings.integer(name, "body_limit") { options.bodyLimit = limit }
        if let seconds = try host.settings.integer(name, "drain_seconds") { options.drainDelay = .seconds(seconds) }
        var logger = logger
        logger[metadataKey: "service"] = .string(name)
        return try ServiceServer(
            mounts, gateway: gateway, health: host.health, options: options, logger: logger,
            onRunning: { [logger, address = options.host] port in
                logger.info("listening", metadata: ["url": "http://\(address):\(port)"])
            })
    }

    /// Makes the worker of the process.
    ///
    /// - Parameters:
    ///   - queues: The queues it serves; the default queue and all that its tasks name when left out.
    ///   - concurrency: How many tasks run at once; by default `WORKER_CONCURRENCY`, or 8.
    ///   - pool: Where they run; by default `WORKER_POOL`, or in this process.
    func worker(queues: [String]? = nil, concurrency: Int? = nil, pool: PoolKind? = nil) throws -> Worker {
        let width = try concurrency ?? host.settings.integer("worker", "concurrency") ?? 8
        let kind = try pool ?? host.settings.pool()
        var logger = logger
        logger[metadataKey: "service"] = "worker"
        return Worker(
            registry: host.taskRegistry(), client: host.tasks,
            options: WorkerOptions(queues: queues, pool: try kind.pool(.fixed(width), host.settings)), logger: logger)
    }

    /// Runs services until SIGTERM or SIGINT, which stop them in reverse order, or until one of them fails.
    ///
    /// A process of a worker's pool runs the worker alone: ports and relays belong to the process that has started it.
    func run(_ services: [any Service]) async throws {
        ParentWatch.beginIfAsked()
        let all =
            Worker.isPoolChild
            ? services.filter { $0 is Worker }
            : try host.outboxRelays() + services + [HealthDrain(host.health)]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: all,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await group.run()
        } catch let error as TaskError {
            throw ServiceError(.misconfigured, "The worker cannot go on: \(error)", cause: error)
        }
    }

    /// Migrates the databases of all modules and returns what was applied, by service.
    @discardableResult
    func migrate() async throws -> [(service: String, applied: [String])] {
        var done: [(String, [String])] = []
        for module in modules where !module.allMigrations.isEmpty {
            do {
                let applied = try await Migrator(module.allMigrations).migrate(host.database(of: module.name))
                done.append((module.name, applied))
            } catch {
                throw ServiceError(
                    .misconfigured, "The database of '\(module.name)' cannot be migrated: \(error)", cause: error)
            }
        }
        return done
    }

    /// What ``migrate()`` would do, as SQL with comments.
    func plan() async throws -> [String] {
        var lines: [String] = []
        for module in modules where !module.allMigrations.isEmpty {
            for migration in try await Migrator(module.allMigrations).plan(host.database(of: module.name)) {
                lines.append("-- \(module.name): \(migration.name)")
                lines += migration.sql.map { $0.hasSuffix(";") ? $0 : $0 + ";" }
            }
        }
        return lines.isEmpty ? ["-- nothing is pending"] : lines
    }
}
