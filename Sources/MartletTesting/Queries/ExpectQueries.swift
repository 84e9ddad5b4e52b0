import MartletORM

/// Runs `body` and throws when it does not run exactly so many statements.
///
/// ```swift
/// let page = try await expectQueries(2) { try await invoicePage(on: database) }
/// ```
///
/// What begins, ends and nests transactions does not count. A write in bulk counts as one.
///
/// - Returns: What `body` returns.
/// - Throws: `ORMError` with code `statementCount`, whose message lists every statement with its place in the source;
///   or what `body` throws.
public func expectQueries<Value>(
    _ expected: Int, fileID: String = #fileID, line: Int = #line, _ body: () async throws -> Value
) async throws -> Value {
    let (value, statements) = try await QueryRecorder.record(body)
    guard statements.count != expected else { return value }
    let list = statements.enumerated().map { "  \($0 + 1). \($1)" }.joined(separator: "\n")
    throw ORMError(
        .statementCount,
        "Expected \(expected) statements and saw \(statements.count)\(statements.isEmpty ? "." : ":\n\(list)")",
        location: CallSite(fileID: fileID, line: line))
}
