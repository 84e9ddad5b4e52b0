import Foundation
import Logging
import MartletORM
import MartletTesting
import Synchronization
import Testing

// The code of the article "Finding N+1 queries": Scripts/checks/snippets.sh compares each region with the block of its
// name.

@Suite(.eachDatabase) struct NPlusOneSnippets {
    @Test func loop() async throws {
        let database = try await Billing.filled()
        func names() async throws -> [String] {
            // snippet: loop
            var names: [String] = []
            for invoice in try await Invoice.objects.all(on: database) {  // 1 statement
                let client = try await invoice.client.load(on: database)  // and one for each invoice
                names.append(client.name)
            }
            // snippet.end
            return names
        }
        let error = await #expect(throws: ORMError.self) { try await expectNoNPlusOne { try await names() } }
        #expect(error?.code == .nPlusOne)
    }

    @Test func cure() async throws {
        let database = try await Billing.filled()
        let names = try await expectQueries(1) {
            // snippet: cure
            try await Invoice.objects.selectRelated(\.client).all(on: database).map(\.client.name)
            // snippet.end
        }
        #expect(names.sorted() == ["Ada", "Ada", "Bob", "Cid"])
    }

    @Test func test() async throws {
        let database = try await Billing.filled()
        func invoicePage(on database: Database) async throws -> [InvoicePage] {
            try await Invoice.objects.selectRelated(\.client).prefetchRelated(\.lines).all(on: database)
        }
        // snippet: test
        let page = try await expectNoNPlusOne { try await invoicePage(on: database) }
        try await expectQueries(2, calls: 0) { try await invoicePage(on: database) }
        try await expectPrefetchesRead { try JSONEncoder().encode(try await invoicePage(on: database)) }
        // snippet.end
        #expect(page.count == 4)
    }

    @Test func guarded() async throws {
        let database = try await Billing.filled()
        let logger = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
        let found = Findings()
        // snippet: guard
        let queries = NPlusOneGuard(logger: logger) { finding in found.append(finding) }
        try await queries.watch {
            for line in try await Line.objects.all(on: database) { _ = try await line.invoice.load(on: database) }
        }
        // snippet.end
        #expect(found.all.map(\.count) == [6])
    }

    @Test func report() async throws {
        let database = try await Billing.filled()
        // snippet: report
        let (_, statements) = try await QueryRecorder.record {
            for invoice in try await Invoice.objects.all(on: database) {
                _ = try await invoice.lines.objects.all(on: database)
            }
        }
        let report = QueryReport(statements)
        print(report)  // 5 statements in 2 groups, 0.6 ms, and a line for each group
        // snippet.end
        #expect("\(report)".hasPrefix("5 statements in 2 groups, "))
    }
}

/// What a guard has found.
private final class Findings: Sendable {
    private let found = Mutex<[QueryFinding]>([])

    var all: [QueryFinding] { found.withLock { $0 } }

    func append(_ finding: QueryFinding) {
        found.withLock { $0.append(finding) }
    }
}
