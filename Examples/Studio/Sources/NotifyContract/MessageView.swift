/// A mail as other services see it.
public struct MessageView: Codable, Sendable, Hashable {
    /// The message's id.
    public var id: Int
    /// The key under which it was sent, once.
    public var key: String
    /// Whom it is for.
    public var recipient: String
    /// The subject.
    public var subject: String
    /// The file that holds it.
    public var path: String

    /// Makes a view of a message.
    public init(id: Int, key: String, recipient: String, subject: String, path: String) {
        self.id = id
        self.key = key
        self.recipient = recipient
        self.subject = subject
        self.path = path
    }
}
