/// One record of a CSV file: its fields without quotes, and where it began.
public struct CSVRecord: Hashable, Sendable {
    /// Physical line on which the record begins, counted from 1; a quoted field may make it span several.
    public let line: Int
    /// The fields in order, unquoted, doubled quotes undone, nothing trimmed.
    public let fields: [String]

    /// Makes a record.
    public init(line: Int, fields: [String]) {
        self.line = line
        self.fields = fields
    }
}
