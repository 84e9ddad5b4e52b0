import Foundation
import MartletTasks
import MartletTesting
import Testing

@Tasks("sync")
struct SyncTasks {
    @Task(unique: .untilDone(by: "client")) func client(_ client: Int, reason: String) -> Int { client }
    @Task(unique: .untilStarted(atMost: .seconds(60))) func all(force: Bool = false, parts: [Int]) {}
}

@Suite struct UniqueTaskTests {
    private let clock = VirtualClock()
    private let broker = StubBroker()
    private var client: TaskClient {
        TaskClient(broker: broker, results: MemoryResultBackend(), time: clock.time)
    }

    @Test func secondCallGivesTheResultOfTheFirst() async throws {
        let first = try await client.enqueue(SyncTasks.client(7, reason: "new"))
        let second = try await client.enqueue(SyncTasks.client(7, reason: "changed"))
        let other = try await client.enqueue(SyncTasks.client(8, reason: "new"))
        #expect(!first.isDuplicate && second.isDuplicate && !other.isDuplicate)
        #expect(second.id == first.id)
        #expect(broker.published.joined().count == 2)
    }

    @Test func bulkTellsOfEach() async throws {
        let results = try await client.enqueue([7, 8, 7].map { SyncTasks.client($0, reason: "") })
        #expect(results.map(\.isDuplicate) == [false, false, true])
        #expect(results[2].id == results[0].id)
    }

    @Test func lockTravelsInTheMessage() throws {
        let message = try #require(try client.messages(for: SyncTasks.all(parts: [1, 2])).first)
        let lock = UniqueLock(
            key: "sync.all:force=false,parts=[1,2]", release: .started, expires: clock.date.addingTimeInterval(60))
        #expect(message.wire.uniqueLock == lock)
        #expect(try TaskMessage(wire: message.wire).headers.uniqueLock == lock)
    }

    @Test func linkedTaskTakesItsLockWhenItsArgumentIsKnown() throws {
        let call = Fixture.add(1, 1).onSuccess(SyncTasks.client(reason: "new"))
        let message = try #require(try client.messages(for: call).first)
        #expect(message.wire.uniqueLock == nil)
        let linked = try #require(message.embed.callbacks.first)
        #expect(linked.options.headers["martlet_unique"]?["by"] == ["client"])
        #expect(linked.options.headers["martlet_unique"]?["positional"] == ["client"])
    }

    @Test func brokerWithoutLocksIsNamed() async {
        let client = TaskClient(broker: BareBroker(), results: MemoryResultBackend())
        await #expect { try await client.enqueue(SyncTasks.all(parts: [])) } throws: {
            ($0 as? TaskError)?.code == .unsupported && "\($0)".contains("'sync.all'")
                && "\($0)".contains("BareBroker")
        }
    }

    @Test func wrongParameterIsNamed() async {
        let call = Signature<Int>(
            task: "t", keywords: ["client": 1], options: TaskOptions(unique: .untilDone(by: "clinet")))
        await #expect { try await client.enqueue(call) } throws: {
            "\($0)".contains("unique by 'clinet', which is none of its arguments; they are 'client'")
        }
    }

    @Test func uniqueTaskCannotBeAStep() async {
        await #expect {
            try await client.enqueue(SyncTasks.client(7, reason: "") | Fixture.add(1))
        } throws: {
            "\($0)".contains("'sync.client' is unique and cannot be a step")
        }
    }
}
