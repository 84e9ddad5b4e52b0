import ArgumentParser
import Logging
import MartletServices
import MartletTasks

/// `work`: runs tasks.
struct WorkCommand<App: MartletApplication>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "work", abstract: "Run the tasks of the services.",
            discussion: """
                Stops on SIGTERM or SIGINT when the running tasks are done, at the latest after --drain-timeout; what was \
                not started goes back to its queue at once. A second signal gives what runs 10 more seconds, a third one \
                or SIGQUIT cancels it and hands it back, a fourth one ends the process with exit code 75. SIGHUP stops in \
                the same way and starts the program anew; SIGUSR1 writes to the log what runs. With \
                REMAP_SIGTERM=SIGQUIT the first SIGTERM hands back. Health is at /livez and /readyz of WORKER_PORT, or of \
                a free port.

                Each option has a setting: WORKER_QUEUES, WORKER_EXCLUDE_QUEUES, WORKER_CONCURRENCY, WORKER_PREFETCH, \
                WORKER_DRAIN_TIMEOUT, WORKER_SOFT_SHUTDOWN_TIMEOUT, WORKER_TIME_LIMIT, WORKER_SOFT_TIME_LIMIT, WORKER_POOL, \
                WORKER_HOSTNAME. Of a pool of processes, WORKER_MAX_TASKS_PER_CHILD and WORKER_MAX_MEMORY_PER_CHILD, in \
                bytes, say when one is replaced; WORKER_CHILD_START_TIMEOUT (60) and WORKER_CHILD_END_TIMEOUT (5), in \
                seconds, how long one may take to start and to end.

                \(ApplicationExit.help)

                Examples:
                  \(App.name) work
                  \(App.name) work --queues pdf,mail --concurrency 4
                  \(App.name) work --pool processes --concurrency 4
                  \(App.name) work --exclude-queues pdf --concurrency auto
                  \(App.name) work --concurrency 2-16 --time-limit 300
                """)
    }

    @Option(help: "The queues, separated by commas; by default the default queue and all that the tasks name.")
    var queues: String?

    @Option(help: "Queues that are not served, separated by commas.")
    var excludeQueues: String?

    @Option(
        help: """
            How many tasks run at once: a number, auto for the number of cores, or a range such as 2-8 to grow and shrink \
            with the load. By default WORKER_CONCURRENCY, or 8.
            """)
    var concurrency: String?

    @Option(help: "How many messages are fetched before there is room to run them. By default none.")
    var prefetch: String?

    @Option(help: "How many seconds running tasks may go on after a signal. By default 30.")
    var drainTimeout: String?

    @Option(help: "The time limit in seconds of tasks that have none of their own.")
    var timeLimit: String?

    @Option(help: "The soft time limit in seconds of tasks that have none of their own.")
    var softTimeLimit: String?

    @Option(
        help: """
            Where tasks run: concurrent in this process, or in processes of their own, which a task can crash without harm \
            to the others. By default WORKER_POOL, or concurrent.
            """)
    var pool: String?

    @Option(
        help: ArgumentHelp(
            "The worker's name in logs and results; %h is the machine's name, %n that up to the first dot, %d the rest.",
            discussion: "By default WORKER_HOSTNAME, or celery@%h."))
    var hostname: String?

    @Flag(help: "Drop all messages that wait in the worker's queues, then begin. They are gone for good.")
    var purge = false

    @Option(help: "The services whose tasks are run, separated by commas; all by default.")
    var services: String?

    @Option(help: "The port of the health endpoints; 0 for a free one. By default WORKER_PORT, or 0.")
    var port: Int?

    func run() async throws {
        let process = try await ApplicationProcess(App.self, try App.modules(named: names), isServing: false)
        let options = try settings.options(process.host.settings)
        try await process.host.load()
        let worker = try process.worker(settings, options)
        if purge, !Worker.isPoolChild { try await dropMessages(of: worker, process) }
        let health = try process.server([], as: "worker", port: port, defaultPort: 0)
        try await process.run([health, worker])
    }

    private func dropMessages(of worker: Worker, _ process: ApplicationProcess) async throws {
        for queue in worker.queues {
            let count = try await process.host.tasks.broker.purge(queue)
            process.logger.notice("queue purged", metadata: ["queue": "\(queue)", "messages": "\(count)"])
        }
    }

    private var names: [String] {
        (services ?? "").split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }

    private var settings: WorkerSettings {
        let arguments = [
            "queues": queues, "exclude-queues": excludeQueues, "concurrency": concurrency, "prefetch": prefetch,
            "drain-timeout": drainTimeout, "time-limit": timeLimit, "soft-time-limit": softTimeLimit, "pool": pool,
            "hostname": hostname,
        ]
        return WorkerSettings(arguments: arguments.compactMapValues(\.self))
    }
}
