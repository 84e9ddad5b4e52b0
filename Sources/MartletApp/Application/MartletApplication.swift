public import ArgumentParser
import Foundation
import Logging
public import MartletServices
public import MartletStores
public import MartletTasks

/// An executable made of services; the `@main` entry, and its commands.
///
/// ```swift
/// @main struct Studio: MartletApplication {
///     static let name = "studio"
///     static let services: [any ServiceModule.Type] = [ProjectsModule.self, BillingModule.self]
///     static let gateway = [GatewayRoute("projects"), GatewayRoute("billing")]
/// }
/// ```
///
/// The commands are `serve`, `gateway`, `work`, `up`, `migrate`, and those of ``commands``.
public protocol MartletApplication {
    /// The executable's name, for help and messages.
    static var name: String { get }

    /// One sentence on what it is, for help.
    static var abstract: String { get }

    /// All services.
    static var services: [any ServiceModule.Type] { get }

    /// The path prefixes of the gateway; by default each service's name.
    static var gateway: [GatewayRoute] { get }

    /// Code around all tasks that its services send and its workers run, the first one outermost; asked once per process.
    ///
    /// `tx.enqueue` outside of a task goes through it when it is given `client: environment.tasks`.
    static var middleware: [any TaskMiddleware] { get }

    /// How its services send tasks: the formats they know, the default format, the default queue; asked once per process.
    ///
    /// ``middleware`` is added to its own.
    static var taskOptions: TaskClient.Options { get }

    /// The formats of messages its workers run (Celery's `accept_content`).
    static var acceptContent: [SerializerName] { get }

    /// The databases it runs on beside SQLite files: `[PostgresStore.self]`. The setting `DATABASE_URL` says which.
    static var stores: [any ServerStore.Type] { get }

    /// Further commands.
    static var commands: [any AsyncParsableCommand.Type] { get }
}

extension MartletApplication {
    /// Says "The services of", and the name.
    public static var abstract: String { "The services of \(name)." }

    /// Each service below its own name.
    public static var gateway: [GatewayRoute] { services.map { GatewayRoute($0.name) } }

    /// None: only SQLite files.
    public static var stores: [any ServerStore.Type] { [] }

    /// None.
    public static var middleware: [any TaskMiddleware] { [] }

    /// JSON, to the queue `celery`; MessagePack is known too.
    public static var taskOptions: TaskClient.Options { TaskClient.Options() }

    /// JSON and nothing else.
    public static var acceptContent: [SerializerName] { [.json] }

    /// None.
    public static var commands: [any AsyncParsableCommand.Type] { [] }

    /// Runs the command that the arguments name.
    @concurrent public static func main() async {
        await run(Array(CommandLine.arguments.dropFirst()))
    }

    /// An environment for a command or a script: the same settings, data folder and task client as a service has.
    ///
    /// - Parameters:
    ///   - name: Which service's, or any name.
    ///   - variables: What goes before the environment variables of the process.
    /// - Throws: `ServiceError` when the configuration file cannot be read or a setting is wrong.
    public static func environment(
        as name: String = "command", overriding variables: [String: String] = [:]
    ) async throws -> ServiceEnvironment {
        let settings = try await ApplicationSettings.load(
            environment: ProcessInfo.processInfo.environment.merging(variables) { $1 })
        let host = try ServiceHost(
            [], isServing: false, settings: settings, stores: stores, tasks: taskOptions, middleware: middleware,
            logger: Logger(label: self.name))
        return ServiceEnvironment(service: name, host: host)
    }

    private static func run(_ arguments: [String]) async {
        do {
            var command = try RootCommand<Self>.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch let error as CleanExit {
            RootCommand<Self>.exit(withError: error)
        } catch let error as ValidationError {
            RootCommand<Self>.exit(withError: error)
        } catch {
            guard let report = ApplicationExit.report(of: error) else { RootCommand<Self>.exit(withError: error) }
            FileHandle.standardError.write(Data("\(name): \(report.message)\n".utf8))
            exit(report.code.rawValue)
        }
    }
}
