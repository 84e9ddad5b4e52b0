/// Who leads a project, and what it is marked with.
public struct ProjectChange: Codable, Sendable, Hashable {
    /// The id of a user in *accounts*; none where nobody leads it.
    public var lead: Int?
    /// The names of its tags.
    public var tags: [String]

    /// Makes a change.
    public init(lead: Int?, tags: [String]) {
        self.lead = lead
        self.tags = tags
    }
}
