/// A project in the tree of a client's projects.
public struct ProjectNode: Codable, Sendable, Hashable {
    /// The project's id.
    public var id: Int
    /// The name.
    public var name: String
    /// Its parts, by name.
    public var parts: [ProjectNode]

    /// Makes a node.
    public init(id: Int, name: String, parts: [ProjectNode] = []) {
        self.id = id
        self.name = name
        self.parts = parts
    }
}
