import Foundation
import MartletSQLite
import MartletTasks
import MartletTesting
import Testing

/// A path for a database of its own, in a directory that goes away with it.
struct TemporaryDatabase: ~Copyable {
    let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

    func path(_ name: String = "tasks.sqlite") -> String { directory.appending(path: name).path }

    deinit { try? FileManager.default.removeItem(at: directory) }
}

@Suite struct SQLiteBrokerTests {
    @Test func keepsThePromisesOfABroker() async throws {
        let database = try TemporaryDatabase()
        let directory = database.directory
        let results: @Sendable (SQLiteBroker, TimeSource) async throws -> any ResultBackend = { broker, time in
            try SQLiteResultBackend(path: broker.path, time: time)
        }
        try await exerciseBroker(results: results) { time in
            try SQLiteBroker(path: directory.appending(path: "\(UUID().uuidString).sqlite").path, time: time)
        }
    }

    @Test func keepsThePromisesOfAResultBackend() async throws {
        let database = try TemporaryDatabase()
        let directory = database.directory
        try await exerciseResultBackend { time in
            try SQLiteResultBackend(path: directory.appending(path: "\(UUID().uuidString).sqlite").path, time: time)
        }
    }

    @Test func chordsHaveALifeOfTheirOwn() async throws {
        let database = try TemporaryDatabase()
        let clock = VirtualClock()
        let results = try SQLiteResultBackend(
            path: database.path(), time: clock.time, chordLifetime: .seconds(10 * 86_400))
        func finish(_ index: Int) async throws -> ChordCompletion {
            let result = TaskResult(taskID: "m\(index)", state: .success)
            try await results.store([result])
            return try await results.completeChordMember(ChordMember(chord: "c", size: 3, index: index, result: result))
        }
        _ = try await finish(0)
        clock.advance(by: .seconds(9 * 86_400))
        try await results.cleanUp()
        #expect(try await results.fetch(["m0"]).isEmpty)
        #expect(try await finish(1) == .waiting(finished: 2))
        clock.advance(by: .seconds(11 * 86_400))
        try await results.cleanUp()
        #expect(try await finish(2) == .waiting(finished: 1))
    }

    @Test func taskWhoseResultIsStoredIsNotAddedAgain() async throws {
        let database = try TemporaryDatabase()
        let broker = try SQLiteBroker(path: database.path())
        let results = try SQLiteResultBackend(path: database.path())
        try await results.store([TaskResult(taskID: "done", state: .success)])
        try await broker.publish([TaskMessage(task: "t", id: "done"), TaskMessage(task: "t", id: "new")])
        #expect(try await broker.depth(of: "celery").ready == 1)
        #expect(broker.sharesStore(with: results))
    }

    @Test func countsAreKeptInTheFile() async throws {
        let database = try TemporaryDatabase()
        let broker = try SQLiteBroker(path: database.path())
        var report = WorkerReport()
        report.done = 2
        report.recovered = 1
        try await broker.add(report)
        try await broker.add(report)
        #expect(try await broker.statistics() == report + report)
    }

    @Test func whatIsCountedInOneTransactionIsCountedOnce() async throws {
        let database = try TemporaryDatabase()
        let broker = try SQLiteBroker(path: database.path())
        try await broker.publish((1...50).map { TaskMessage(task: "t", id: "\($0)") })
        let received = try await broker.receive(from: ["celery"], limit: 50, lease: .seconds(30))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for message in received {
                group.addTask {
                    var report = Report(settlement: Settlement(message.receipt, .acknowledge))
                    report.counts.done = 1
                    try await broker.commit(report)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await broker.statistics().done == 50)
        #expect(try await broker.depth(of: "celery").total == 0)
    }

    @Test func depthTellsReadyDelayedLeasedAndParked() async throws {
        let database = try TemporaryDatabase()
        let broker = try SQLiteBroker(path: database.path())
        try await broker.publish((1...4).map { TaskMessage(task: "t", id: "\($0)") })
        var later = TaskMessage(task: "t", id: "later")
        later.headers.eta = Date(timeIntervalSinceNow: 3600)
        try await broker.publish([later, TaskMessage(task: "t", id: "other", queue: "other")])
        let received = try await broker.receive(from: ["celery"], limit: 2, lease: .seconds(30))
        let limit = KeyedLimit(key: "k", kind: .concurrency(1))
        #expect(try await broker.acquire([limit], for: received[0].receipt) == .granted)
        #expect(try await broker.acquire([limit], for: received[1].receipt) == .waiting(key: "k"))
        let depth = try await broker.depth(of: "celery")
        #expect((depth.ready, depth.delayed, depth.leased) == (2, 2, 1))
        #expect(depth.oldest != nil)
    }

    @Test func fileThatIsNoDatabaseIsReported() throws {
        let database = try TemporaryDatabase()
        try Data(repeating: 7, count: 4096).write(to: database.directory.appending(path: "junk.sqlite"))
        let path = database.path("junk.sqlite")
        #expect { try SQLiteBroker(path: path) } throws: { "\($0)".contains("junk.sqlite") }
        #expect { try SQLiteBroker(path: "/nowhere/at/all.sqlite") } throws: {
            "\($0)".contains("/nowhere/at/all.sqlite")
        }
    }
}
