/// A project as other services see it.
public struct ProjectView: Codable, Sendable, Hashable {
    /// The project's id in *projects*.
    public var id: Int
    /// The name, unique for a client.
    public var name: String
    /// The client's name.
    public var client: String
    /// The name of the project that this one is a part of.
    public var parent: String?

    /// Makes a view of a project.
    public init(id: Int, name: String, client: String, parent: String?) {
        self.id = id
        self.name = name
        self.client = client
        self.parent = parent
    }
}
