import AccountsContract
public import MartletApp
public import MartletORM
import MartletServices

/// *accounts* in an executable: the users.
public struct AccountsModule: ServiceModule {
    /// `accounts`.
    public static let name = "accounts"
    /// The tables of the service.
    public static let migrations = [Migration("0001_initial", creating: [User.self])]

    private let service: AccountsService

    /// Makes the service on its database.
    public init(_ environment: ServiceEnvironment) async throws {
        service = AccountsService(database: try await environment.database())
    }

    /// Registers the contract.
    public func register(in registration: inout ServiceRegistration) {
        registration.contract(AccountsContract.self, service)
    }
}
