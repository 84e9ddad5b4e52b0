public import MartletServices
public import MartletTasks

/// What a module brings into its process: contracts, tasks, health checks.
public struct ServiceRegistration: Sendable {
    var routes: [ContractRoute] = []
    var implementations: [ObjectIdentifier: any Sendable] = [:]
    var registry = TaskRegistry()
    var checks: [(name: String, check: Health.Check)] = []

    /// Serves a contract, runs its background members, and answers calls of it from the same process.
    public mutating func contract<Contract: ServiceContract>(_ contract: Contract.Type, _ service: Contract.Service) {
        routes += Contract.routes(service)
        implementations[ObjectIdentifier(contract)] = service
        Contract.register(service, in: &registry)
    }

    /// Runs the tasks of a set.
    public mutating func tasks(_ tasks: some TaskSet) {
        registry.register(tasks)
    }

    /// Runs tasks registered by hand.
    public mutating func tasks(_ register: (inout TaskRegistry) -> Void) {
        register(&registry)
    }

    /// Adds a check to `/readyz`.
    public mutating func healthCheck(_ name: String, _ check: @escaping Health.Check) {
        checks.append((name, check))
    }
}
