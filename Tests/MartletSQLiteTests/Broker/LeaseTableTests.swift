import Foundation
import MartletORM
import MartletSQLite
import MartletTasks
import MartletTesting
import Testing

/// That a lease is a row of its own, and what becomes of it.
@Suite struct LeaseTableTests {
    @Test func claimDoesNotWriteMessagesAgain() async throws {
        let file = try TemporaryDatabase()
        let broker = try SQLiteBroker(path: file.path())
        let text = JSONValue.string(String(repeating: "x", count: 3_000))
        try await broker.publish((0..<100).map { TaskMessage(task: "t", id: "\($0)", arguments: [text]) })
        let before = try logSize(file.path())
        #expect(try await broker.receive(from: ["celery"], limit: 100, lease: .seconds(30)).count == 100)
        let written = try logSize(file.path()) - before
        #expect((1..<100_000).contains(written), "300 KB are claimed; \(written) bytes were written")
    }

    @Test func leaseGoesWithItsMessage() async throws {
        let file = try TemporaryDatabase()
        let broker = try SQLiteBroker(path: file.path())
        try await broker.publish((0..<3).map { TaskMessage(task: "t", id: "\($0)") })
        let received = try await broker.receive(from: ["celery"], limit: 3, lease: .seconds(30))
        #expect(try await leases(file.path()) == 3)
        #expect(try await broker.purge("celery") == 0, "what is held is not dropped")
        try await broker.settle([
            Settlement(received[0].receipt, .acknowledge), Settlement(received[1].receipt, .redeliver),
            Settlement(received[2].receipt, .deadLetter(reason: .failed, error: "no")),
        ])
        #expect(try await leases(file.path()) == 0)
        let again = try await broker.receive(from: ["celery"], limit: 3, lease: .seconds(30))
        #expect(again.map(\.message.id) == ["1"])
        #expect(again.map(\.attempt) == [2])
        #expect(try await broker.deadLetters(matching: .all, limit: 5).map(\.attempts) == [1])
    }

    @Test func lostLeaseEndsNothing() async throws {
        let file = try TemporaryDatabase()
        let clock = VirtualClock()
        let broker = try SQLiteBroker(path: file.path(), time: clock.time)
        try await broker.publish([TaskMessage(task: "t", id: "a")])
        let first = try await broker.receive(from: ["celery"], limit: 1, lease: .seconds(30))
        clock.advance(by: .seconds(31))
        #expect(try await broker.depth(of: "celery").ready == 1)
        let second = try await broker.receive(from: ["celery"], limit: 1, lease: .seconds(30))
        #expect(second.map(\.attempt) == [2])
        try await broker.settle([Settlement(first[0].receipt, .acknowledge)])
        #expect(try await broker.extendLease(of: [first[0].receipt], by: .seconds(30)) == [first[0].receipt])
        #expect(try await broker.depth(of: "celery").leased == 1)
        #expect(try await broker.extendLease(of: [second[0].receipt], by: .seconds(30)).isEmpty)
        try await broker.settle([Settlement(second[0].receipt, .acknowledge)])
        #expect(try await broker.depth(of: "celery").total == 0)
    }

    private func logSize(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int)
    }

    private func leases(_ path: String) async throws -> Int64? {
        let rows = try await SQLiteDatabase.open(path: path).rows(SQL(raw: "SELECT count(*) AS n FROM martlet_lease"))
        guard case .integer(let count)? = rows.first?["n"] else { return nil }
        return count
    }
}
