import Foundation
import Logging
import MartletORM
import MartletServices
import MartletStores
import MartletTasks
import ServiceLifecycle

/// One process of an application: settings, log, services, and what runs until a signal stops it.
struct ApplicationProcess: Sendable {
    let host: ServiceHost
    let logger: Logger
    private let modules: [any ServiceModule.Type]
    /// The formats of messages its worker runs.
    private let acceptContent: [SerializerName]

    /// Reads the settings and starts the log; loads no service yet.
    init<App: MartletApplication>(
        _ application: App.Type, _ modules: [any ServiceModule.Type], isServing: Bool
    ) async throws {
        ApplicationLog.bootstrap()
        self.modules = modules
        logger = Logger(label: App.name)
        host = try ServiceHost(
            modules, isServing: isServing, settings: try await ApplicationSettings.load(), stores: App.stores,
            tasks: App.taskOptions, middleware: App.middleware, logger: logger)
        acceptContent = App.acceptContent
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
        let work = host.work
        options.requestScope = { request in try await work.run(request) }
        var logger = logger
        logger[metadataKey: "service"] = .string(name)
        return try ServiceServer(
            mounts, gateway: gateway, health: host.health, options: options, logger: logger,
            onRunning: { [logger, address = options.host] port in
                logger.info("listening", metadata: ["url": "http://\(address):\(port)"])
            })
    }

    /// Makes the worker of the process, and has `/readyz` tell how it is.
    ///
    /// - Parameters:
    ///   - settings: What the command line says.
    ///   - options: What it and the settings say together; read from the settings when left out.
    /// - Throws: `ValidationError`, `ServiceError` or `TaskError` when an option, a queue or a task is wrong.
    func worker(_ settings: WorkerSettings = WorkerSettings(), _ options: WorkerOptions? = nil) throws -> Worker {
        var options = try options ?? settings.options(host.settings)
        options.middleware = host.middleware
        options.acceptContent = acceptContent
        var logger = logger
        logger[metadataKey: "service"] = "worker"
        let worker = Worker(registry: host.taskRegistry(), client: host.tasks, options: options, logger: logger)
        do {
            try worker.validate()
        } catch {
            throw settings.wrong(error)
        }
        host.health.register("worker") { try worker.checkHealth() }
        return worker
    }

    /// Runs services until a signal stops them in reverse order (``ProcessSignals``), or until one of them fails.
    ///
    /// A process of a worker's pool runs the worker alone: ports and relays belong to the process that has started it.
    func run(_ services: [any Service]) async throws {
        let workers = services.compactMap { $0 as? Worker }
        if Worker.isPoolChild {
            for worker in workers { try await worker.run() }
            return
        }
        ParentWatch.beginIfAsked()
        var all: [any Service] = try host.outboxRelays() + services + [HealthDrain(host.health)]
        #if os(Linux)
        if OrphanReaper.isNeeded { all.append(OrphanReaper(logger: logger)) }
        #endif
        let signals = try await ProcessSignals(settings: host.settings, health: host.health, workers: workers)
        _ = Restart.path
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: all.map(signals.member),
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
        try await signals.run(group)
        guard signals.restarts else { return }
        logger.notice("starting anew", metadata: ["program": "\(Restart.path)"])
        try Restart.perform()
    }

    /// Migrates the databases of all modules and returns what was applied, by service.
    @discardableResult
    func migrate() async throws -> [(service: String, applied: [String])] {
        var done: [(String, [String])] = []
        for module in modules where !module.migrations.isEmpty {
            do {
                try await host.stores.store(of: module.name).prepare(module.name)
                let applied = try await Migrator(host.migrations(of: module)).migrate(host.database(of: module.name))
                done.append((module.name, applied))
            } catch {
                throw ServiceError(
                    .misconfigured,
                    "The database of '\(module.name)' cannot be migrated: \(ApplicationExit.message(of: error))",
                    cause: error)
            }
        }
        return done
    }

    /// What ``migrate()`` would do, as SQL with comments.
    func plan() async throws -> [String] {
        var lines: [String] = []
        for module in modules where !module.migrations.isEmpty {
            let database = try host.database(of: module.name)
            for migration in try await Migrator(host.migrations(of: module)).plan(database) {
                lines.append("-- \(module.name): \(migration.name)")
                lines += migration.sql(for: database.dialect).map { $0.hasSuffix(";") ? $0 : $0 + ";" }
            }
        }
        return lines.isEmpty ? ["-- nothing is pending"] : lines
    }
}
