/// A time entry with its project, client and tags.
public struct EntryView: Codable, Sendable, Hashable {
    /// The entry's id in *projects*.
    public var id: Int
    /// The day it began, `YYYY-MM-DD`.
    public var day: String
    /// What was done.
    public var details: String
    /// The duration in seconds.
    public var seconds: Int
    /// The amount in cents, 0 where the entry is not billable.
    public var amountCents: Int
    /// The currency of the amount, ISO 4217.
    public var currency: String
    /// The project.
    public var project: ProjectView
    /// The client's id in *projects*.
    public var clientID: Int
    /// The names of its tags.
    public var tags: [String]

    /// Makes a view of an entry.
    public init(
        id: Int,
        day: String,
        details: String,
        seconds: Int,
        amountCents: Int,
        currency: String,
        project: ProjectView,
        clientID: Int,
        tags: [String]
    ) {
        self.id = id
        self.day = day
        self.details = details
        self.seconds = seconds
        self.amountCents = amountCents
        self.currency = currency
        self.project = project
        self.clientID = clientID
        self.tags = tags
    }
}
