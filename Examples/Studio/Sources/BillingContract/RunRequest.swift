/// What to bill, and whom to tell.
public struct RunRequest: Codable, Sendable, Hashable {
    /// The first month, `YYYY-MM`.
    public var from: String
    /// The last month, `YYYY-MM`, inclusive.
    public var through: String
    /// Who gets the summary.
    public var mailTo: String

    /// Makes a request.
    public init(from: String, through: String, mailTo: String) {
        self.from = from
        self.through = through
        self.mailTo = mailTo
    }
}
