public import MartletORM

/// A service as the executable knows it: how it is made, what it serves, what it runs in the background.
///
/// ```swift
/// public struct BillingModule: ServiceModule {
///     public static let name = "billing"
///     public static let migrations = [Migration("001-tables", creating: [Invoice.self, Line.self])]
///     private let service: BillingService
///
///     public init(_ environment: ServiceEnvironment) async throws {
///         service = BillingService(
///             database: try await environment.database(), projects: try environment.service(ProjectsContract.self),
///             tasks: environment.tasks)
///     }
///
///     public func register(in registration: inout ServiceRegistration) {
///         registration.contract(BillingContract.self, service)
///     }
/// }
/// ```
public protocol ServiceModule: Sendable {
    /// The service's name: in commands, in settings (`BILLING_PORT`), in logs, and of its database file or schema.
    static var name: String { get }

    /// The migrations of the service's database, in order; none by default.
    static var migrations: [Migration] { get }

    /// Makes the service; called once per process that serves it or works for it.
    ///
    /// - Throws: Anything; the process then ends with the error as its message. A neighbour that does not run is no
    ///   reason to throw: a call to it fails, the start does not.
    init(_ environment: ServiceEnvironment) async throws

    /// Registers contracts, tasks and health checks; called once after the initialiser.
    func register(in registration: inout ServiceRegistration)
}

extension ServiceModule {
    /// No migrations.
    public static var migrations: [Migration] { [] }
}
