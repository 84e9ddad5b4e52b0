import Logging
import MartletSQLite
import MartletTasks
import ServiceLifecycle
import UnixSignals

/// The worker that is measured, in a process of its own.
struct BenchmarkWorker {
    /// A task without a result.
    static let noop = TaskOptions(ignoresResult: true)

    private let database: String
    private let hits: Hits
    private let concurrency: Int?

    /// - Parameter arguments: `TaskBenchmarks worker <database> <hits> [<concurrency>]`.
    init(_ arguments: [String]) {
        database = arguments[2]
        hits = Hits(path: arguments[3])
        concurrency = arguments.count > 4 ? Int(arguments[4]) : nil
    }

    func run() async throws {
        var registry = TaskRegistry()
        registry.register("noop", options: Self.noop) { [hits] (number: Int) in hits.append(number) }
        registry.register("echo") { [hits] (number: Int) in
            hits.append(number)
            return number
        }
        var options = WorkerOptions()
        if let concurrency {
            options.pool = .concurrent(.fixed(concurrency))
            options.prefetch = .count(4 * concurrency)
        }
        var logger = Logger(label: "bench", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = .error
        let worker = Worker(
            registry: registry, client: try TaskClient.bench(database), options: options, logger: logger)
        try await ServiceGroup(
            configuration: .init(services: [worker], gracefulShutdownSignals: [.sigterm], logger: logger)
        ).run()
    }
}

extension TaskClient {
    /// A client whose broker and results are one file.
    static func bench(_ database: String) throws -> TaskClient {
        TaskClient(broker: try SQLiteBroker(path: database), results: try SQLiteResultBackend(path: database))
    }
}
