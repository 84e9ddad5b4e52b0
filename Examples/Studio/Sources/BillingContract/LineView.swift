/// A line of an invoice.
public struct LineView: Codable, Sendable, Hashable {
    /// The place on the invoice, from 1.
    public var position: Int
    /// The project's name.
    public var project: String
    /// What was done.
    public var details: String
    /// The time in seconds.
    public var seconds: Int
    /// The amount in cents.
    public var amountCents: Int

    /// Makes a view of a line.
    public init(position: Int, project: String, details: String, seconds: Int, amountCents: Int) {
        self.position = position
        self.project = project
        self.details = details
        self.seconds = seconds
        self.amountCents = amountCents
    }
}
