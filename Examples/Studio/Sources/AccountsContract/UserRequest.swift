/// Who a user is.
public struct UserRequest: Codable, Sendable, Hashable {
    /// The full name.
    public var name: String
    /// The mail address, unique.
    public var email: String

    /// Makes a request.
    public init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}
