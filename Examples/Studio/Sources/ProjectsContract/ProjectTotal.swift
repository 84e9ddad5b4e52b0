/// What was worked on a project in one currency.
public struct ProjectTotal: Codable, Sendable, Hashable {
    /// The project's name.
    public var project: String
    /// The currency, ISO 4217.
    public var currency: String
    /// The number of entries.
    public var entries: Int
    /// The time in seconds.
    public var seconds: Int
    /// The billable amount in cents.
    public var amountCents: Int

    /// Makes a total.
    public init(project: String, currency: String, entries: Int, seconds: Int, amountCents: Int) {
        self.project = project
        self.currency = currency
        self.entries = entries
        self.seconds = seconds
        self.amountCents = amountCents
    }
}
