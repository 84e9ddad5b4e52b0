public import Logging
public import MartletORM
public import MartletStores
public import MartletTasks
public import ServiceLifecycle

/// An application's data in SQLite files of one folder: one for each service, and one for the tasks.
///
/// The embedded default of an application.
public struct SQLiteStore: ApplicationStore {
    private let folder: String

    /// Keeps everything in a folder, which must exist.
    public init(folder: String) {
        self.folder = folder
    }

    /// The outbox in the file of each service.
    public var migrations: [Migration] { [OutboxMigration.migration] }

    /// The broker and the result backend in `tasks.sqlite`.
    public func tasks() throws -> (broker: any Broker, results: any ResultBackend) {
        (try SQLiteBroker(path: path(of: "tasks")), try SQLiteResultBackend(path: path(of: "tasks")))
    }

    /// Opens the file of a service.
    public func database(of service: String) throws -> Database {
        try SQLiteDatabase.open(path: path(of: service))
    }

    /// Does nothing: a file is made when it is opened.
    public func prepare(_ service: String) async throws {}

    /// Does nothing: what is wrong with a file shows when it is opened.
    public func check() async throws {}

    /// Carries tasks from the file of a service to the broker.
    public func outboxRelay(
        of service: String, to broker: any Broker, logger: Logger
    ) throws -> (any Service)? {
        try OutboxRelay(from: path(of: service), to: broker, logger: logger)
    }

    private func path(of name: String) -> String { "\(folder)/\(name).sqlite" }
}
