/// A column of Toggl Track's detailed report, by its English header.
public enum TogglColumn: String, Sendable, Hashable, CaseIterable, Codable {
    /// Full name of who worked.
    case user = "User"
    /// Mail address of who worked.
    case email = "Email"
    /// For whom.
    case client = "Client"
    /// On what.
    case project = "Project"
    /// The part of the project; may be empty, and the column may be absent.
    case task = "Task"
    /// What was done, in the words of who did it.
    case description = "Description"
    /// `Yes` or `No`.
    case billable = "Billable"
    /// First day, as `2025-01-31`.
    case startDate = "Start date"
    /// First moment, as `09:00:00`.
    case startTime = "Start time"
    /// Last day.
    case endDate = "End date"
    /// Last moment.
    case endTime = "End time"
    /// Time worked, as `01:30:00`.
    case duration = "Duration"
    /// Tags, parted by commas; the column may be absent.
    case tags = "Tags"
    /// What the time is worth, in the currency that stands in the header's parentheses; the column may be absent.
    case amount = "Amount"

    /// Whether a report without the column is refused.
    public var isRequired: Bool { self != .task && self != .tags && self != .amount }
}
