public import Logging
public import MartletORM
public import MartletTasks
public import ServiceLifecycle

/// What an application keeps the data of its services and its tasks in.
///
/// MartletApp asks it for what a process needs. Each service has a database of its own: nothing of another service's is
/// found in it, so that a service can be moved to another store by its setting alone.
public protocol ApplicationStore: Sendable {
    /// What goes before the migrations of a service.
    var migrations: [Migration] { get }

    /// The broker and the result backend of all services; called once per process.
    ///
    /// - Throws: `TaskError` or `ORMError` when they cannot be opened.
    func tasks() throws -> (broker: any Broker, results: any ResultBackend)

    /// Opens the database of a service; called once per process and service.
    ///
    /// - Throws: `ORMError` when it cannot be opened.
    func database(of service: String) throws -> Database

    /// Makes what the migrations of a service rest on; called before they are applied.
    ///
    /// - Throws: `ORMError` when it cannot be made.
    func prepare(_ service: String) async throws

    /// Finds out whether the store can be used; called when a process starts.
    ///
    /// - Throws: `ORMError` with what is wrong.
    func check() async throws

    /// What carries tasks enqueued in transactions of a service to the broker; none where they are written to the broker's
    /// own tables.
    ///
    /// - Throws: `TaskError` or `ORMError` when it cannot be opened.
    func outboxRelay(of service: String, to broker: any Broker, logger: Logger) throws -> (any Service)?
}

/// A store that a URL names: a database server.
///
/// ```swift
/// static let stores: [any ServerStore.Type] = [PostgresStore.self]       // DATABASE_URL=postgres://…
/// ```
public protocol ServerStore: ApplicationStore {
    /// The schemes of its URLs, in lower case: `postgres`.
    static var schemes: [String] { get }

    /// What such a URL looks like, for messages.
    static var example: String { get }

    /// Takes a URL with one of the schemes; does not connect.
    ///
    /// - Parameters:
    ///   - url: The URL.
    ///   - keepsTasks: Whether the application's broker is in this store. In any other one the transactions of a service
    ///     write to an outbox, which a relay empties.
    /// - Throws: `ORMError` when the URL is malformed. No message repeats it, since it may hold a password.
    init(url: String, keepsTasks: Bool) throws
}
