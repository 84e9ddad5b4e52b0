/// What became of the rows of one chunk of an import.
public struct ChunkOutcome: Codable, Sendable, Hashable {
    /// The rows that became entries.
    public var imported: Int
    /// The rows that were there already.
    public var duplicates: Int

    /// Makes an outcome.
    public init(imported: Int, duplicates: Int) {
        self.imported = imported
        self.duplicates = duplicates
    }
}
