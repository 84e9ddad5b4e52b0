import Configuration
import Foundation
public import MartletApp
public import MartletORM
import MartletServices
import NotifyContract
import StudioKit

/// *notify* in an executable: mail, captured as `.eml` files in the data folder.
///
/// Settings: `NOTIFY_SENDER` (`studio@studio.example`), the address mail comes from.
public struct NotifyModule: ServiceModule {
    /// `notify`.
    public static let name = "notify"
    /// The tables of the service.
    public static let migrations = [Migration("0001_initial", creating: [Message.self])]

    private let service: NotifyService

    /// Makes the service on its database, with its settings.
    public init(_ environment: ServiceEnvironment) async throws {
        let sender = environment.config.string(forKey: "notify.sender", default: "studio@studio.example")
        service = NotifyService(
            database: try await environment.database(),
            folder: URL(filePath: environment.dataDirectory).appending(path: "notify/mail"),
            sender: try MailAddress(sender, name: "Studio"))
    }

    /// Registers the contract with its background members.
    public func register(in registration: inout ServiceRegistration) {
        registration.contract(NotifyContract.self, service)
    }
}
