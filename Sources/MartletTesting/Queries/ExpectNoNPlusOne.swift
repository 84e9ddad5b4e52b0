import MartletORM
import MartletTasks

/// Runs `body` and throws when a line of it asks the database, or another service, again and again.
///
/// ```swift
/// let page = try await expectNoNPlusOne { try await invoicePage(on: database) }
/// ```
///
/// Found are statements that one line ran several times, whether with other values (N+1) or with the same ones
/// (duplicates), and endpoints that were called several times. Unlike with ``expectQueries(_:calls:fileID:line:_:)`` a
/// statement more or less does not matter. Give the test as many rows as the threshold, or there is nothing to see.
///
/// - Parameter threshold: From how many statements of one line, or calls of one endpoint, on; 2 by default.
/// - Returns: What `body` returns.
/// - Throws: `ORMError` with code `nPlusOne`, whose message has the line, the statements in groups, and the remedy; or what
///   `body` throws.
@discardableResult
public func expectNoNPlusOne<Value>(
    threshold: Int = 2, fileID: String = #fileID, line: Int = #line, _ body: () async throws -> Value
) async throws -> Value {
    try await watching(body, CallSite(fileID: fileID, line: line)) { report in
        report.findings(threshold: threshold).filter { $0.kind != .unreadPrefetch }
    }
}

/// Runs `body` and throws when it loads rows with `prefetchRelated` that it does not read.
///
/// ```swift
/// try await expectPrefetchesRead { try JSONEncoder().encode(try await invoicePage(on: database)) }
/// ```
///
/// Reading is what happens within `body`, for any of the rows; encoding a row reads all that was loaded for it.
///
/// - Returns: What `body` returns.
/// - Throws: `ORMError` with code `nPlusOne`, whose message has the relation and the line of the query; or what `body`
///   throws.
@discardableResult
public func expectPrefetchesRead<Value>(
    fileID: String = #fileID, line: Int = #line, _ body: () async throws -> Value
) async throws -> Value {
    try await watching(body, CallSite(fileID: fileID, line: line)) { report in
        report.findings(threshold: .max).filter { $0.kind == .unreadPrefetch }
    }
}

private func watching<Value>(
    _ body: () async throws -> Value, _ location: CallSite, _ choose: (QueryReport) -> [QueryFinding]
) async throws -> Value {
    var report = QueryReport([])
    let value = try await CallObserver.$current.withValue(QueryRecorder.watchCall) {
        try await QueryRecorder.watch(body) { report = $0 }
    }
    let findings = choose(report)
    guard !findings.isEmpty else { return value }
    let list = findings.map { "  - \($0)" }.joined(separator: "\n")
    throw ORMError(.nPlusOne, "\(list)\n\(report)", location: location)
}
