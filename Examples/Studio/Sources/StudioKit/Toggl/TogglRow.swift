/// One time entry of a detailed report, checked and in types.
///
/// Encoded as one flat JSON object, so that chunks of rows can travel as task arguments.
public struct TogglRow: Hashable, Sendable, Codable {
    /// Physical line of the file on which the row begins, counted from 1.
    public var line: Int
    /// Names the entry in any file and process: 32 hexadecimal digits; see ``TogglExternalKey``.
    public var externalKey: String
    /// Full name of who worked.
    public var user: String
    /// Mail address of who worked.
    public var email: String
    /// For whom; may be empty if the entry is not billable.
    public var client: String
    /// On what; may be empty if the entry is not billable.
    public var project: String
    /// The part of the project, if there is one.
    public var task: String?
    /// What was done; may be empty, may hold line ends.
    public var description: String
    /// Whether a client pays for it.
    public var billable: Bool
    /// First moment on the wall clock of who worked.
    public var start: CivilDateTime
    /// Last moment on the same clock.
    public var end: CivilDateTime
    /// Time worked, in seconds, 0 to 86 400.
    public var duration: Int
    /// Tags in the order of the file, each once.
    public var tags: [String]
    /// What the time is worth in hundredths, if the file says so; nil for an entry that is not billable.
    public var amountCents: Int?
    /// Currency of the amount, if the file says so.
    public var currency: Currency?

    /// Makes a row from its parts, unchecked.
    public init(
        line: Int,
        externalKey: String,
        user: String,
        email: String,
        client: String,
        project: String,
        task: String? = nil,
        description: String,
        billable: Bool,
        start: CivilDateTime,
        end: CivilDateTime,
        duration: Int,
        tags: [String] = [],
        amountCents: Int? = nil,
        currency: Currency? = nil
    ) {
        self.line = line
        self.externalKey = externalKey
        self.user = user
        self.email = email
        self.client = client
        self.project = project
        self.task = task
        self.description = description
        self.billable = billable
        self.start = start
        self.end = end
        self.duration = duration
        self.tags = tags
        self.amountCents = amountCents
        self.currency = currency
    }
}
