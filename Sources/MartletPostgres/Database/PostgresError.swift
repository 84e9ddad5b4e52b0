/// What PostgreSQL said of an error, field by field; the `cause` of an `ORMError`.
public struct PostgresError: Error, Sendable, Hashable {
    /// The five characters of the SQL standard's code, such as `23505`.
    public var sqlState: String
    /// The primary message.
    public var message: String
    /// More about it, when there is more.
    public var detail: String?
    /// What PostgreSQL suggests.
    public var hint: String?
    /// The schema of the table concerned.
    public var schema: String?
    /// The table concerned.
    public var table: String?
    /// The column concerned.
    public var column: String?
    /// The constraint that was broken.
    public var constraint: String?
    /// Where in the statement's text the error was found, counted in characters from 1.
    public var position: Int?

    init(_ result: PostgresResult) {
        sqlState = result.errorField("C") ?? "XX000"
        message = result.errorField("M") ?? result.errorText
        detail = result.errorField("D")
        hint = result.errorField("H")
        schema = result.errorField("s")
        table = result.errorField("t")
        column = result.errorField("c")
        constraint = result.errorField("n")
        position = result.errorField("P").flatMap { Int($0) }
    }
}

extension PostgresError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(sqlState): \(message)" }
}
