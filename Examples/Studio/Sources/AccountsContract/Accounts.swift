public import MartletServices

/// What other services may ask of *accounts*: who the users are.
@Service("accounts", errors: [AccountsProblem.self])
public protocol Accounts: Sendable {
    /// Adds a user, or gives the one of that mail address the name.
    @PUT("/users")
    func save(_ body: UserRequest) async throws -> UserView

    /// Gives the users of the ids, by id: one call for a page of them.
    @POST("/users/lookup")
    func users(_ ids: [Int]) async throws -> [UserView]
}
