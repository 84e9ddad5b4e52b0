/// The most a row of a report may hold.
public enum TogglLimits {
    /// Characters of user, client, project and task: 255.
    public static let name = 255
    /// Characters of a mail address: 254, the longest that mail can carry (RFC 5321).
    public static let email = 254
    /// Characters of a description: 3 000.
    public static let description = 3_000
    /// Characters of a tag: 100.
    public static let tag = 100
    /// Tags of a row: 50.
    public static let tags = 50
    /// Worth of a row in hundredths: one million.
    public static let amountCents = 100_000_000
}
