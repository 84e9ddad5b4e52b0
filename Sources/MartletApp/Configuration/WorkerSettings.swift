import ArgumentParser
import Configuration
import MartletServices
import MartletTasks

/// How a worker works, as the command line says it, or else the settings `WORKER_…` of the same names.
struct WorkerSettings: Sendable {
    /// What the command line says, by the name of the option.
    var arguments: [String: String] = [:]

    /// A value, and where it comes from.
    private struct Value {
        let text: String
        let name: String
        let isArgument: Bool

        func wrong(_ what: String) -> any Error {
            isArgument
                ? ValidationError("\(name) is '\(text)', which is not \(what).")
                : ServiceError(.misconfigured, "\(name) is '\(text)', which is not \(what).")
        }
    }

    /// The options of a worker.
    ///
    /// - Throws: `ValidationError` about an argument, `ServiceError` with code `misconfigured` about a setting.
    func options(_ settings: ApplicationSettings) throws -> WorkerOptions {
        var options = WorkerOptions()
        options.queues = value("queues", settings).map(Self.list)
        options.excludedQueues = Set(value("exclude-queues", settings).map(Self.list) ?? [])
        if let name = value("hostname", settings) { options.node = NodeName(name.text) }
        options.pool = try pool(settings)
        if let prefetch = value("prefetch", settings) {
            guard let count = Int(prefetch.text), (0...10_000).contains(count) else {
                throw prefetch.wrong("a whole number from 0 to 10000")
            }
            options.prefetch = .count(count)
        }
        options.timeLimit = try seconds("time-limit", settings)
        options.softTimeLimit = try seconds("soft-time-limit", settings)
        if let seconds = try seconds("drain-timeout", settings) { options.drainTimeout = seconds }
        if let seconds = try seconds("soft-shutdown-timeout", settings) { options.softShutdownTimeout = seconds }
        return options
    }

    /// Where tasks run.
    private func pool(_ settings: ApplicationSettings) throws -> WorkerPool {
        let concurrency = try concurrency(settings)
        guard let value = value("pool", settings) else { return .concurrent(concurrency) }
        switch value.text {
        case "concurrent": return .concurrent(concurrency)
        case "processes":
            return .processes(
                concurrency, maxTasksPerChild: try settings.integer("worker", "max_tasks_per_child"),
                maxMemoryPerChild: try settings.integer("worker", "max_memory_per_child"),
                startTimeout: try seconds("child-start-timeout", settings) ?? .seconds(60),
                endTimeout: try seconds("child-end-timeout", settings) ?? .seconds(5))
        default: throw value.wrong("a pool: concurrent or processes")
        }
    }

    /// How many tasks run at once.
    func concurrency(_ settings: ApplicationSettings) throws -> Concurrency {
        guard let value = value("concurrency", settings) else { return 8 }
        do {
            return try Concurrency(parsing: value.text)
        } catch {
            throw value.wrong("a concurrency such as 8, auto or 2-8: \(error.message)")
        }
    }

    /// An error about the options as a whole, which is the command line's when that says anything.
    func wrong(_ error: TaskError) -> any Error {
        arguments.isEmpty || error.code != .misconfigured ? error : ValidationError(error.message)
    }

    private func value(_ option: String, _ settings: ApplicationSettings) -> Value? {
        if let text = arguments[option] { return Value(text: text, name: "--" + option, isArgument: true) }
        let key = ConfigKey(["worker", option.replacing("-", with: "_")])
        let text = settings.config.int(forKey: key).map { "\($0)" } ?? settings.config.string(forKey: key)
        guard let text, !text.isEmpty else { return nil }
        return Value(text: text, name: ApplicationSettings.variable("worker", option), isArgument: false)
    }

    private func seconds(_ option: String, _ settings: ApplicationSettings) throws -> Duration? {
        guard let value = value(option, settings) else { return nil }
        guard let seconds = Double(value.text), seconds >= 0, seconds < 1e9 else {
            throw value.wrong("a number of seconds such as 30 or 0.5")
        }
        return .seconds(seconds)
    }

    private static func list(_ value: Value) -> [String] {
        value.text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }
}
