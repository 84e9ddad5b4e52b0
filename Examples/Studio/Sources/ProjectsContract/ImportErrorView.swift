/// A row that an import refused.
public struct ImportErrorView: Codable, Sendable, Hashable {
    /// The line of the file where the row begins, from 1.
    public var line: Int
    /// What is wrong with it.
    public var reason: String

    /// Makes a view of a refused row.
    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}
