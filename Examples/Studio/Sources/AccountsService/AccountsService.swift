import AccountsContract
import MartletORM
import MartletServices
import StudioKit

/// The implementation of *accounts* on its own database.
struct AccountsService: Accounts {
    let database: Database

    func save(_ body: UserRequest) async throws -> UserView {
        guard !body.name.isEmpty else { throw AccountsProblem.badName }
        let email = try address(body.email)
        let users = try await User.objects.bulkCreateReturning(
            [User(name: body.name, email: email)], onConflict: .update(\.name, on: \.email), on: database)
        guard let user = users.first else { throw ServiceError(.internalError, "The user \(email) was not kept.") }
        return user.view
    }

    func users(_ ids: [Int]) async throws -> [UserView] {
        try await User.objects.filter { $0.id.in(ids) }.order(by: \.id).all(on: database).map(\.view)
    }

    private func address(_ text: String) throws -> String {
        do {
            return try MailAddress(text).address
        } catch let error as StudioKitError {
            throw AccountsProblem.badAddress(reason: error.message)
        }
    }
}

extension User {
    /// The view of a user.
    fileprivate var view: UserView { UserView(id: id, name: name, email: email) }
}
