/// A process that `up` runs: what it is, how it is started, where it listens.
struct ProcessPlan: Sendable, Hashable {
    /// What a process is for; in the order of starting.
    enum Role: Int, Sendable, CaseIterable, Comparable {
        case service, gateway, worker

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    let name: String
    let role: Role
    let port: Int
    let arguments: [String]
    let environment: [String: String]

    var url: String { "http://127.0.0.1:\(port)" }

    /// The processes of an application.
    ///
    /// - Parameters:
    ///   - services: The services' names; the gateway is left out when `gateway` is `nil`.
    ///   - environment: What every process is given: the data folder, the log's format.
    static func all(
        services: [(name: String, port: Int)], gateway: Int?, workers: [Int], workArguments: [String] = [],
        environment: [String: String]
    ) -> [ProcessPlan] {
        var shared = environment
        for (name, port) in services { shared[ApplicationSettings.variable(name, "url")] = "http://127.0.0.1:\(port)" }
        func plan(_ name: String, _ role: Role, _ port: Int, _ arguments: [String]) -> ProcessPlan {
            ProcessPlan(
                name: name, role: role, port: port, arguments: arguments + ["--port", "\(port)"], environment: shared)
        }
        return services.map { plan($0.name, .service, $0.port, ["serve", $0.name]) }
            + (gateway.map { [plan("gateway", .gateway, $0, ["gateway"])] } ?? [])
            + workers.enumerated().map { index, port in
                plan(index == 0 ? "worker" : "worker-\(index + 1)", .worker, port, ["work"] + workArguments)
            }
    }
}
