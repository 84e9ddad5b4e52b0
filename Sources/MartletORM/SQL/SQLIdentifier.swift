extension String {
    /// The name as a quoted SQL identifier, inner quotes doubled.
    package var sqlIdentifier: String {
        guard contains("\"") else { return "\"\(self)\"" }
        return "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
