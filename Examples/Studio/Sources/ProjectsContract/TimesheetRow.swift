/// A time entry in a list.
public struct TimesheetRow: Codable, Sendable, Hashable {
    /// The entry's id.
    public var id: Int
    /// The day it began, `YYYY-MM-DD`.
    public var day: String
    /// What was done.
    public var details: String
    /// The duration in seconds.
    public var seconds: Int
    /// The project's name.
    public var project: String
    /// The client's name.
    public var client: String

    /// Makes a row.
    public init(id: Int, day: String, details: String, seconds: Int, project: String, client: String) {
        self.id = id
        self.day = day
        self.details = details
        self.seconds = seconds
        self.project = project
        self.client = client
    }
}
