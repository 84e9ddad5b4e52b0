import MartletORM
import MartletTesting
import Synchronization
import Testing

/// Runs a test once for each database product, one after the other, in one and the same test.
///
/// ```swift
/// @Suite(.eachDatabase) struct QuerySetTests {
///     @Test(.on(.sqlite)) func locksNoRows() async throws { … }
/// ```
///
/// The databases come from ``TestDatabase``. PostgreSQL is left out where it is not installed, except in CI.
struct EachDatabaseTrait: SuiteTrait, TestTrait, TestScoping {
    let products: [Dialect]
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A test's own trait comes after its suite's, and replaces it.
        let innermost = test.traits.compactMap { $0 as? EachDatabaseTrait }.last
        guard innermost?.products == products else { return try await function() }
        for product in products where product == .sqlite || PostgresServer.isExpected {
            let named: IssueHandlingTrait = .compactMapIssues { issue in
                var issue = issue
                issue.comments.append("on \(product == .sqlite ? "SQLite" : "PostgreSQL")")
                return issue
            }
            try await named.provideScope(for: test, testCase: testCase) {
                await run(test, on: product, function)
            }
        }
    }

    private func run(_ test: Test, on product: Dialect, _ function: @concurrent @Sendable () async throws -> Void) async
    {
        if product == .postgreSQL { await Turns.shared.take() }
        defer { if product == .postgreSQL { Turns.shared.giveBack() } }
        do {
            try await TestDatabase.$product.withValue(product) { try await function() }
        } catch is ExpectationFailedError {
            // `#require` has recorded it.
        } catch {
            Issue.record(error, sourceLocation: test.sourceLocation)
        }
    }
}

extension Trait where Self == EachDatabaseTrait {
    /// Runs each test on SQLite and on PostgreSQL.
    static var eachDatabase: Self { EachDatabaseTrait(products: [.sqlite, .postgreSQL]) }

    /// Runs a test of such a suite on one product only: what it shows is that product's own.
    static func on(_ product: Dialect) -> Self { EachDatabaseTrait(products: [product]) }
}

/// Lets so many tests at once use the PostgreSQL server, which has 200 connections: a test has 10 at most.
private final class Turns: Sendable {
    static let shared = Turns()

    private struct State {
        var free = 8
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
