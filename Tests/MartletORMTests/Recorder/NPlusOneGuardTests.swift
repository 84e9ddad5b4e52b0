import Logging
import MartletORM
import Synchronization
import Testing

@Suite(.eachDatabase) struct NPlusOneGuardTests {
    private func load(_ database: Database) async throws {
        for invoice in try await Invoice.objects.all(on: database) { _ = try await invoice.client.load(on: database) }
    }

    private func options(_ threshold: Int) -> NPlusOneGuard.Options {
        var options = NPlusOneGuard.Options()
        options.threshold = threshold
        return options
    }

    @Test func warnsOnceForALineWithTheRemedy() async throws {
        let database = try await Billing.filled()
        let log = CapturedLog()
        let found = Mutex(0)
        let queries = NPlusOneGuard(options: options(4), logger: log.logger) { _ in found.withLock { $0 += 1 } }
        for _ in 1...3 { try await queries.watch { try await load(database) } }
        #expect(found.withLock { $0 } == 3)
        #expect(log.lines.count == 1)
        let line = try #require(log.lines.first)
        #expect(line.level == .warning)
        #expect(line.message == "N+1 queries")
        #expect(line.metadata["at"] == "MartletORMTests/NPlusOneGuardTests.swift:8")
        #expect(line.metadata["count"] == "4")
        #expect(line.metadata["duplicates"] == "1")
        #expect(
            line.metadata["remedy"]?.hasPrefix(#"Add .selectRelated(\.client) to the query of Invoice at "#) == true)
        #expect(line.metadata["statement"]?.hasPrefix("SELECT ") == true)
        #expect(line.metadata["ms"] != nil)
    }

    @Test func saysNothingBelowTheThreshold() async throws {
        let database = try await Billing.filled()
        let log = CapturedLog()
        try await NPlusOneGuard(logger: log.logger).watch { try await load(database) }
        #expect(log.lines.isEmpty)
    }

    @Test func tellsUnreadPrefetchesUnlessTurnedOff() async throws {
        let database = try await Billing.filled()
        let log = CapturedLog()
        var options = NPlusOneGuard.Options()
        for reports in [false, true] {
            options.reportsUnreadPrefetches = reports
            try await NPlusOneGuard(options: options, logger: log.logger).watch {
                _ = try await Invoice.objects.prefetchRelated(\.lines).all(on: database)
            }
        }
        #expect(log.lines.map(\.message) == ["prefetched and never read"])
        #expect(log.lines.first?.metadata["relation"] == "Invoice.lines")
    }

    @Test func tellsEachEndpointOnce() async throws {
        let log = CapturedLog()
        let queries = NPlusOneGuard(options: options(2), logger: log.logger)
        for _ in 1...2 {
            await queries.watch {
                for _ in 1...2 { await QueryRecorder.watchCall(to: "a") {} }
                for _ in 1...2 { await QueryRecorder.watchCall(to: "b") {} }
            }
        }
        #expect(log.lines.map { $0.metadata["endpoint"] } == ["a", "b"])
        #expect(log.lines.first?.metadata["ms"] != nil)
    }
}

/// A logger whose lines a test reads.
private final class CapturedLog: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: [String: String]
    }

    private let captured = Mutex<[Line]>([])

    var lines: [Line] { captured.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(
                level: event.level, message: "\(event.message)",
                metadata: (event.metadata ?? [:]).mapValues { "\($0)" })
            log.captured.withLock { $0.append(line) }
        }
    }
}
