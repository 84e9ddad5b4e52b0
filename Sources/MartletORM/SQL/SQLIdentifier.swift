extension String {
    /// The name as a quoted SQL identifier, inner quotes doubled.
    package var sqlIdentifier: String {
        guard utf8.contains(UInt8(ascii: "\"")) else { return "\"\(self)\"" }
        return "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
