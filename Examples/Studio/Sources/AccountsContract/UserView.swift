/// A user as other services see it.
public struct UserView: Codable, Sendable, Hashable {
    /// The user's id in *accounts*.
    public var id: Int
    /// The full name.
    public var name: String
    /// The mail address.
    public var email: String

    /// Makes a view of a user.
    public init(id: Int, name: String, email: String) {
        self.id = id
        self.name = name
        self.email = email
    }
}
