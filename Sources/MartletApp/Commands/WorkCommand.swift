import ArgumentParser
import MartletServices
import MartletTasks

/// `work`: runs tasks.
struct WorkCommand<App: MartletApplication>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "work", abstract: "Run the tasks of the services.",
            discussion: """
                Stops on SIGTERM when the running tasks are done; what was not started goes back to its queue. Health is \
                at /livez and /readyz of WORKER_PORT, or of a free port.

                Examples:
                  \(App.name) work
                  \(App.name) work --queues pdf,mail --concurrency 4
                  \(App.name) work --pool processes --concurrency 4
                """)
    }

    @Option(help: "The queues, separated by commas; by default the default queue and all that the tasks name.")
    var queues: String?

    @Option(help: "How many tasks run at once. By default WORKER_CONCURRENCY, or 8.")
    var concurrency: Int?

    @Option(
        help: """
            Where tasks run: concurrent in this process, or in processes of their own, which a task can crash without harm \
            to the others. By default WORKER_POOL, or concurrent.
            """)
    var pool: PoolKind?

    @Option(help: "The services whose tasks are run, separated by commas; all by default.")
    var services: String?

    @Option(help: "The port of the health endpoints; 0 for a free one. By default WORKER_PORT, or 0.")
    var port: Int?

    func run() async throws {
        let names = Self.list(services) ?? []
        let process = try await ApplicationProcess(App.self, try App.modules(named: names), isServing: false)
        try await process.host.load()
        let worker = try process.worker(queues: Self.list(queues), concurrency: concurrency, pool: pool)
        let health = try process.server([], as: "worker", port: port, defaultPort: 0)
        try await process.run([health, worker])
    }

    private static func list(_ text: String?) -> [String]? {
        text.map { $0.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty } }
    }
}
