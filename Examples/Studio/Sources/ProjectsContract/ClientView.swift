/// A client as other services see it.
public struct ClientView: Codable, Sendable, Hashable {
    /// The client's id in *projects*.
    public var id: Int
    /// The name, unique.
    public var name: String

    /// Makes a view of a client.
    public init(id: Int, name: String) {
        self.id = id
        self.name = name
    }
}
