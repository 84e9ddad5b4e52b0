import MartletORM
import MartletTasks
import Synchronization

/// Runs `body` and throws when it does not run exactly so many statements.
///
/// ```swift
/// let page = try await expectQueries(2) { try await invoicePage(on: database) }
/// ```
///
/// What begins, ends and nests transactions does not count. A write in bulk counts as one.
///
/// - Parameters:
///   - expected: The number of statements.
///   - calls: The number of calls to other services; not looked at when left out.
/// - Returns: What `body` returns.
/// - Throws: `ORMError` with code `statementCount`, whose message lists every statement with its place in the source, and
///   what could be fewer; or what `body` throws.
@discardableResult
public func expectQueries<Value>(
    _ expected: Int, calls: Int? = nil, fileID: String = #fileID, line: Int = #line,
    _ body: () async throws -> Value
) async throws -> Value {
    let seen = SeenCalls()
    let outer = CallObserver.current
    let (value, statements) = try await CallObserver.$current.withValue(
        { endpoint, call in
            seen.append(endpoint)
            if let outer { try await outer(endpoint, call) } else { try await call() }
        },
        operation: { try await QueryRecorder.record(body) })
    let endpoints = seen.endpoints
    let location = CallSite(fileID: fileID, line: line)
    if statements.count != expected {
        let findings = QueryReport(statements).findings(threshold: 2)
        throw ORMError(
            .statementCount, expectation(expected, "statements", statements) + remedies(findings), location: location)
    }
    if let calls, endpoints.count != calls {
        throw ORMError(.statementCount, expectation(calls, "calls", endpoints), location: location)
    }
    return value
}

private func expectation(_ expected: Int, _ what: String, _ seen: [some CustomStringConvertible]) -> String {
    let shown = seen.prefix(50).enumerated().map { "  \($0 + 1). \($1)" }
    let rest = seen.count > 50 ? ["  … and \(seen.count - 50) more"] : []
    let list = (shown + rest).joined(separator: "\n")
    return "Expected \(expected) \(what) and saw \(seen.count)\(seen.isEmpty ? "." : ":\n\(list)")"
}

private func remedies(_ findings: [QueryFinding]) -> String {
    findings.isEmpty ? "" : "\nOf these:\n" + findings.map { "  - \($0)" }.joined(separator: "\n")
}

/// The calls to other services that a body made.
private final class SeenCalls: Sendable {
    private let seen = Mutex<[String]>([])

    var endpoints: [String] { seen.withLock { $0 } }

    func append(_ endpoint: String) {
        seen.withLock { $0.append(endpoint) }
    }
}
