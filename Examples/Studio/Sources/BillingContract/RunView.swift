/// How far a run is.
public struct RunView: Codable, Sendable, Hashable {
    /// The run's id.
    public var id: Int
    /// The invoices it drafted.
    public var invoices: Int
    /// The invoices that are printed.
    public var printed: Int
    /// Whether the summary has been mailed.
    public var summarySent: Bool

    /// Makes a view of a run.
    public init(id: Int, invoices: Int, printed: Int, summarySent: Bool) {
        self.id = id
        self.invoices = invoices
        self.printed = printed
        self.summarySent = summarySent
    }
}
