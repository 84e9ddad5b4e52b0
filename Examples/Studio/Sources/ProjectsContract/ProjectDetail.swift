/// A project with its tags and who leads it.
public struct ProjectDetail: Codable, Sendable, Hashable {
    /// The project.
    public var project: ProjectView
    /// The names of its tags.
    public var tags: [String]
    /// The name of the user who leads it, out of *accounts*.
    public var lead: String?

    /// Makes a detail.
    public init(project: ProjectView, tags: [String], lead: String?) {
        self.project = project
        self.tags = tags
        self.lead = lead
    }
}
