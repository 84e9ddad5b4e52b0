import Foundation
import MartletTasks
import MartletTesting
import Testing

@Suite struct DirectingTests {
    private let broker = StubBroker()
    private let results = MemoryResultBackend()
    private let clock = VirtualClock()
    private var client: TaskClient { TaskClient(broker: broker, results: results, time: clock.time) }

    @Test func revokedTaskThatHasNotStartedIsRevokedAtOnce() async throws {
        try await results.store([
            TaskResult(taskID: "retrying", state: .retry), TaskResult(taskID: "running", state: .started),
            TaskResult(taskID: "done", state: .success),
        ])
        try await client.revoke("waiting", "retrying", "running", "done", terminate: true)
        let stored = try await results.fetch(["waiting", "retrying", "running", "done"])
        #expect(
            stored.mapValues(\.state) == [
                "waiting": .revoked, "retrying": .revoked, "running": .started, "done": .success,
            ])
        #expect(broker.revoked.map(\.target) == ["waiting", "retrying", "running", "done"].map { .task($0) })
        #expect(broker.revoked.allSatisfy { $0.terminates && $0.expires == clock.date.addingTimeInterval(10_800) })
    }

    @Test func resultCanBeRevoked() async throws {
        let result = try await client.enqueue(Fixture.add(1, 2))
        try await result.revoke()
        #expect(try await result.state() == .revoked)
        await #expect { try await result.value() } throws: { ($0 as? TaskError)?.code == .taskRevoked }
    }

    @Test func stampRevokesAllThatCarryIt() async throws {
        try await client.revoke(stamp: "client", value: 7)
        let revocation = try #require(try await broker.revocation(of: "any", stamps: ["client": 7]))
        #expect(!revocation.terminates)
        #expect(try await broker.revocation(of: "any", stamps: ["client": 8]) == nil)
    }

    @Test func queueIsPausedAndResumed() async throws {
        let queue = client.queue("pdf")
        try await queue.pause()
        #expect(try await queue.isPaused())
        try await queue.resume()
        #expect(try await !queue.isPaused())
    }

    @Test func brokerThatCannotSaysSo() async throws {
        let client = TaskClient(broker: BareBroker(), results: results)
        let calls: [(String, @Sendable () async throws -> Void)] = [
            ("revocations", { try await client.revoke("x") }),
            ("revocations", { try await client.revoke(stamp: "a", value: 1) }),
            ("paused queues", { try await client.queue("q").pause() }),
            ("dead letters", { _ = try await client.deadLetters.list() }),
        ]
        for (what, call) in calls {
            await #expect { try await call() } throws: {
                ($0 as? TaskError)?.code == .unsupported && "\($0)".contains("BareBroker keeps no \(what)")
            }
        }
        #expect(try await !client.queue("q").isPaused())
    }

    @Test func deadLetterIsSentAgainWithOtherArguments() async throws {
        let broker = MemoryBroker()
        let client = TaskClient(broker: broker, results: results)
        for id in ["a", "b", "c"] { try await client.enqueue(Fixture.add(1, 0), taskID: id) }
        for received in try await broker.receive(from: ["celery"], limit: 3, lease: .seconds(9)) {
            try await broker.settle([Settlement(received.receipt, .deadLetter(reason: .failed, error: "1 / 0"))])
        }
        let letters = client.deadLetters
        #expect(try await letters.list(matching: DeadLetterFilter(error: "/ 0")).count == 3)
        await #expect { try await letters.retry("a", as: Fixture.log()) } throws: {
            "\($0)".contains("dead letter a is of task 'tasks.add', not of 'tasks.log'")
        }
        #expect(try await letters.retry("a", as: Fixture.add(1, 1)))
        #expect(try await !letters.retry("a"))
        #expect(try await letters.retry("b") { $0.arguments = [2, 2] })
        #expect(try await letters.discard("c"))
        #expect(try await letters.letter("c") == nil)
        let again = try await broker.receive(from: ["celery"], limit: 9, lease: .seconds(9))
        let messages = try again.map { try TaskMessage(wire: $0.message) }
        #expect(messages.map(\.arguments) == [[1, 1], [2, 2]])
        #expect(messages.map(\.headers.argumentsText) == ["(1, 1)", "(2, 2)"])
    }

    @Test func resultsOfSeveralIDsAreOne() async throws {
        try await results.store([3, 4].map { TaskResult(taskID: "t\($0)", state: .success, value: .integer($0)) })
        let numbers: [Int] = try await client.result(of: ["t4", "t3"]).value()
        #expect(numbers == [4, 3])
    }

    @Test func customStateHasItsMeta() async throws {
        let result: AsyncResult<Int> = client.result(of: "t")
        #expect(try await result.meta(as: [String: Int].self) == nil)
        try await results.store([TaskResult(taskID: "t", state: "UPLOADING", value: ["file": 3])])
        #expect(try await result.state() == "UPLOADING")
        #expect(try await result.meta(as: [String: Int].self) == ["file": 3])
        var done = TaskResult(taskID: "t", state: .success, value: 1)
        done.children = ["child"]
        try await results.store([done])
        #expect(try await result.meta(as: [String: Int].self) == nil)
        #expect(try await result.children().map(\.id) == ["child"])
        try await result.forget()
        #expect(try await result.state() == .pending)
    }

    @Test func trackedTaskIsKnownBeforeItRuns() async throws {
        let tracking = TaskClient(broker: broker, results: results, options: .init(tracksQueued: true))
        #expect(try await tracking.enqueue(Fixture.log(), queue: "pdf").isKnown())
        #expect(try await !client.enqueue(Fixture.log()).isKnown())
        #expect(try await !client.result(of: "nobody", as: Int.self).isKnown())
    }
}
