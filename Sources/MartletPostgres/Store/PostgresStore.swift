public import Logging
public import MartletORM
public import MartletStores
public import MartletTasks
public import ServiceLifecycle

/// An application's data in a PostgreSQL database: a schema for each service, and the schema `martlet` for the tasks.
///
/// ```swift
/// static let stores: [any ServerStore.Type] = [PostgresStore.self]       // DATABASE_URL=postgres://…
/// ```
///
/// A service has the schema of its name, in which its tables are looked for and made. `tx.enqueue` writes to the schema
/// of the tasks; in a store that does not keep them, to the schema `<service>_outbox`.
public struct PostgresStore: ServerStore {
    /// `postgres` and `postgresql`.
    public static let schemes = ["postgres", "postgresql"]
    /// `postgres://user:password@host/database`.
    public static let example = "postgres://user:password@host/database"
    /// The schema of the tasks.
    static let tasksSchema = "martlet"

    private let url: String
    private let keepsTasks: Bool

    /// Takes a URL; does not connect.
    ///
    /// `pool_size` and `pool_timeout` in it are those of each service's connections and of the tasks'.
    ///
    /// - Throws: `ORMError` with code `invalidQuery` when it is malformed.
    public init(url: String, keepsTasks: Bool) throws {
        try ConnectionString.validate(PoolParameters(url).connectionString)
        try ConnectionString.validateAuthority(url)
        self.url = url
        self.keepsTasks = keepsTasks
    }

    /// None: the tables of tasks are made by ``prepare(_:)``.
    public var migrations: [Migration] { [] }

    /// The broker and the result backend in the schema of the tasks.
    public func tasks() throws -> (broker: any Broker, results: any ResultBackend) {
        let options = PostgresOptions(searchPath: [Self.tasksSchema])
        return (try PostgresBroker(url: url, options: options), try PostgresResultBackend(url: url, options: options))
    }

    /// Opens the database in the schema of a service.
    ///
    /// - Throws: `ORMError` with code `invalidQuery` when the service has a name that no schema can have.
    public func database(of service: String) throws -> Database {
        guard service != Self.tasksSchema, !service.hasPrefix("pg_"), service.utf8.count <= 50 else {
            throw ORMError(
                .invalidQuery,
                "A service named '\(service)' cannot have a schema of that name. Take another name: at most 50 bytes, not "
                    + "\(Self.tasksSchema), and without pg_ at its beginning.")
        }
        return try PostgresDatabase.open(
            url, options: PostgresOptions(searchPath: [service, messagesSchema(of: service)]))
    }

    /// Makes the schema of a service, and the tables that `tx.enqueue` writes to.
    public func prepare(_ service: String) async throws {
        try await withDatabase(PostgresOptions(maxConnections: 1, searchPath: [messagesSchema(of: service)])) {
            try await TaskSchema.make(on: $0, in: messagesSchema(of: service))
            try await $0.transaction { tx in try await tx.makeSchema(service) }
        }
    }

    /// Connects once.
    public func check() async throws {
        try await withDatabase(PostgresOptions(maxConnections: 1)) { _ = try await $0.rows("SELECT 1") }
    }

    /// Carries tasks from the outbox of a service to the broker; none in the store that keeps the tasks.
    public func outboxRelay(
        of service: String, to broker: any Broker, logger: Logger
    ) throws -> (any Service)? {
        guard !keepsTasks else { return nil }
        return try PostgresOutboxRelay(
            from: url, options: PostgresOptions(searchPath: [messagesSchema(of: service)]), to: broker, logger: logger)
    }

    private func messagesSchema(of service: String) -> String {
        keepsTasks ? Self.tasksSchema : service + "_outbox"
    }

    private func withDatabase(_ options: PostgresOptions, _ body: (Database) async throws -> Void) async throws {
        let database = try PostgresDatabase.open(url, options: options)
        do {
            try await body(database)
        } catch {
            try? await database.close()
            throw error
        }
        try await database.close()
    }
}
