import Foundation
import Logging
import MartletORM
import MartletServices
import MartletStores
import MartletTasks
import ServiceLifecycle
import Synchronization

/// The services of one process: loads their modules, and finds for each what it asks of its environment.
final class ServiceHost: Sendable {
    let settings: ApplicationSettings
    let logger: Logger
    let stores: ApplicationStores
    let tasks: TaskClient
    /// What is around all tasks, sent or run.
    let middleware: [any TaskMiddleware]
    let health = Health()
    /// What is around each request and each run of a task.
    let work: PieceOfWork

    private let modules: [any ServiceModule.Type]
    private let served: Set<String>
    private let state = Mutex(State())

    private struct State {
        var databases: [String: Database] = [:]
        var registrations: [(name: String, registration: ServiceRegistration)] = []
        var implementations: [ObjectIdentifier: any Sendable] = [:]
    }

    /// Prepares for modules without loading them.
    ///
    /// - Parameters:
    ///   - modules: The modules this process runs.
    ///   - isServing: Whether other services of this process are called directly even when they have a URL.
    ///   - kinds: What databases the application runs on beside SQLite.
    ///   - options: How tasks are sent.
    ///   - middleware: What is around all tasks, sent or run.
    /// - Throws: `TaskError` or `ORMError` when the task store cannot be opened, `ServiceError` when the data folder cannot
    ///   be made or a setting is wrong.
    init(
        _ modules: [any ServiceModule.Type], isServing: Bool, settings: ApplicationSettings,
        stores kinds: [any ServerStore.Type] = [], tasks options: TaskClient.Options = TaskClient.Options(),
        middleware: [any TaskMiddleware] = [], logger: Logger
    ) throws {
        self.modules = modules
        self.middleware = middleware
        self.settings = settings
        self.logger = logger
        work = PieceOfWork(queries: try settings.nPlusOneGuard(logger))
        served = isServing ? Set(modules.map { $0.name }) : []
        try settings.makeDataDirectory()
        stores = try ApplicationStores(kinds, services: modules.map { $0.name }, settings: settings)
        let (broker, results) = try stores.main.tasks()
        var options = options
        options.middleware += middleware
        tasks = TaskClient(broker: broker, results: results, options: options)
    }

    /// Makes the modules and takes what they register.
    ///
    /// - Throws: `ServiceError` when a database server cannot be used, or a module throws.
    func load() async throws {
        try await stores.check()
        for module in modules {
            let instance: any ServiceModule
            do {
                instance = try await module.init(ServiceEnvironment(service: module.name, host: self))
            } catch {
                throw ServiceError(
                    .misconfigured, "The service '\(module.name)' cannot start: \(error)", cause: error)
            }
            var registration = ServiceRegistration()
            instance.register(in: &registration)
            for (name, check) in registration.checks { health.register("\(module.name).\(name)", check) }
            if !module.migrations.isEmpty { try registerMigrationCheck(module) }
            state.withLock { state in
                state.registrations.append((module.name, registration))
                state.implementations.merge(registration.implementations) { $1 }
            }
        }
    }

    /// The routes of each loaded module, by its name.
    var routes: [(name: String, routes: [ContractRoute])] {
        state.withLock { $0.registrations.map { ($0.name, $0.registration.routes) } }
    }

    /// The tasks of all loaded modules, each run of which is a piece of work.
    func taskRegistry() -> TaskRegistry {
        var all = TaskRegistry()
        for (_, registration) in state.withLock({ $0.registrations }) {
            for name in registration.registry.names where all[name] == nil || !TaskRegistry.builtInNames.contains(name)
            {
                guard let definition = registration.registry[name] else { continue }
                all.register(definition.within(work))
            }
        }
        return all
    }

    func database(of service: String) throws -> Database {
        try state.withLock { state in
            if let database = state.databases[service] { return database }
            let database = try stores.store(of: service).database(of: service)
            state.databases[service] = database
            return database
        }
    }

    /// What carries tasks enqueued in the services' own transactions to the broker.
    func outboxRelays() throws -> [any Service] {
        try modules.filter { !$0.migrations.isEmpty }.compactMap { module in
            try stores.store(of: module.name).outboxRelay(of: module.name, to: tasks.broker, logger: logger)
        }
    }

    /// A module's own migrations behind those of its store; none without a database.
    func migrations(of module: any ServiceModule.Type) throws -> [Migration] {
        module.migrations.isEmpty ? [] : try stores.store(of: module.name).migrations + module.migrations
    }

    func client<Contract: ServiceContract>(of contract: Contract.Type) throws -> Contract.Service {
        let isLoaded = modules.contains { $0.name == Contract.name }
        let url = settings.url(of: Contract.name)
        if served.contains(Contract.name) || (isLoaded && url == nil) {
            return Contract.inProcess { [weak self] in try Self.implementation(of: contract, in: self) }
        }
        let setting = ApplicationSettings.variable(Contract.name, "url")
        guard let url else {
            return Contract.client(MissingTransport(service: Contract.name, setting: setting))
        }
        var options = HTTPTransport.Options()
        options.setting = setting
        return Contract.client(try HTTPTransport(service: Contract.name, url: url, options: options))
    }

    private static func implementation<Contract: ServiceContract>(
        of contract: Contract.Type, in host: ServiceHost?
    ) throws -> Contract.Service {
        let found = host?.state.withLock { $0.implementations[ObjectIdentifier(contract)] }
        guard let service = found as? Contract.Service else {
            throw ServiceError(
                .unavailable,
                "The service '\(Contract.name)' has not registered \(contract) in this process, or has not started yet."
            )
        }
        return service
    }

    private func registerMigrationCheck(_ module: any ServiceModule.Type) throws {
        let database = try database(of: module.name)
        let migrator = Migrator(try migrations(of: module))
        health.register("\(module.name).migrations") {
            let pending = try await migrator.plan(database).map(\.name)
            guard pending.isEmpty else {
                throw ServiceError(
                    .misconfigured,
                    "\(pending.count) migrations are pending (\(pending.joined(separator: ", "))). Run the command migrate."
                )
            }
        }
    }
}

/// The transport to a service that is neither in this process nor configured: every call says so.
private struct MissingTransport: ServiceTransport {
    let service: String
    let setting: String

    func send(_ request: ContractRequest) async throws -> ContractResponse {
        throw ServiceError(
            .unreachable,
            "The service '\(service)' does not run in this process, and \(setting) is not set. Set it to the service's "
                + "URL, such as http://127.0.0.1:8081.")
    }
}
