/// How far an import is.
public struct ImportView: Codable, Sendable, Hashable {
    /// The import's id.
    public var id: Int
    /// The rows that the report has.
    public var rows: Int
    /// The chunks that the rows were cut into.
    public var chunks: Int
    /// The chunks that are done.
    public var chunksDone: Int
    /// The rows that became entries.
    public var imported: Int
    /// The rows that were there already.
    public var duplicates: Int
    /// The rows that were refused; `importErrors` lists them.
    public var rejected: Int

    /// Whether every chunk is done.
    public var isDone: Bool { chunksDone == chunks }

    /// Makes a view of an import.
    public init(id: Int, rows: Int, chunks: Int, chunksDone: Int, imported: Int, duplicates: Int, rejected: Int) {
        self.id = id
        self.rows = rows
        self.chunks = chunks
        self.chunksDone = chunksDone
        self.imported = imported
        self.duplicates = duplicates
        self.rejected = rejected
    }
}
