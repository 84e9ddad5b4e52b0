import Foundation
import MartletTasks
import MartletTesting
import Testing

/// Signatures of tasks that exist by name only.
enum Fixture {
    static func add(_ x: Int, _ y: Int) -> Signature<Int> { Signature(task: "tasks.add", arguments: [x, y]) }
    static func add(_ y: Int) -> PartialSignature<Int, Int> { PartialSignature(task: "tasks.add", arguments: [y]) }
    static func sum() -> PartialSignature<[Int], Int> { PartialSignature(task: "tasks.sum") }
    static func name(_ id: Int) -> Signature<String> { Signature(task: "tasks.name", arguments: [id]) }
    static func log() -> Signature<Void> { Signature(task: "tasks.log") }

    static func client() -> TaskClient { TaskClient(broker: MemoryBroker(), results: MemoryResultBackend()) }
}

@Suite struct CanvasTests {
    let client = Fixture.client()

    @Test func chainPutsTheRestInReverseOrder() throws {
        let messages = try client.messages(for: Fixture.add(1, 1) | Fixture.add(2) | Fixture.add(3))
        let message = try #require(messages.first)
        #expect(messages.count == 1)
        #expect(message.arguments == [1, 1])
        let rest: [JSONValue] = message.embed.chain.map { $0.json["args"]?[0] ?? .null }
        #expect(rest == [3, 2])
    }

    @Test func groupPublishesEveryMemberWithItsIndex() throws {
        let messages = try client.messages(for: group((0..<3).map { Fixture.add($0, $0) }))
        #expect(messages.map(\.headers.groupIndex) == [0, 1, 2])
        #expect(Set(messages.map(\.headers.group)).count == 1)
        #expect(Set(messages.map(\.id)).count == 3)
    }

    @Test func groupBeforeAStepBecomesAChord() throws {
        let messages = try client.messages(for: group([Fixture.add(1, 2), Fixture.add(3, 4)]) | Fixture.sum())
        #expect(messages.count == 2)
        let body = try #require(messages[0].embed.chord)
        #expect(body.options.chordSize == 2)
        #expect(body.options.taskID == messages[1].embed.chord?.options.taskID)
        #expect(messages[0].embed.chain.isEmpty)
    }

    /// As `apply_async(task_id=…)` of Celery's chord does.
    @Test func idOfAChordIsThatOfItsBody() throws {
        let members = [Fixture.add(1, 2), Fixture.add(3, 4)]
        for signature in [chord(members, Fixture.sum()), group(members) | Fixture.sum()] {
            let prepared = try client.prepare(signature, taskID: "one")
            #expect(prepared.result.id == "one")
            #expect(prepared.messages.map { $0.embed.chord?.options.taskID } == ["one", "one"])
            #expect(!prepared.messages.contains { $0.headers.group == "one" || $0.id == "one" })
        }
        let longer = try client.prepare(group(members) | Fixture.sum() | Fixture.add(5), taskID: "one")
        #expect(longer.result.id == "one")
        #expect(longer.messages[0].embed.chord?.options.taskID != "one")
    }

    @Test func idOfAGroupAndOfAChainAreTheGroupAndTheLastStep() throws {
        let members = try client.prepare(group([Fixture.add(1, 2), Fixture.add(3, 4)]), taskID: "one")
        #expect(members.messages.map(\.headers.group) == ["one", "one"])
        let steps = try client.prepare(Fixture.add(1, 1) | Fixture.add(2) | Fixture.add(3), taskID: "one")
        #expect(steps.result.id == "one")
        #expect(steps.messages[0].embed.chain.map { $0.options.taskID == "one" } == [true, false])
    }

    @Test func chordWithoutMembersStartsItsBody() throws {
        let messages = try client.messages(for: chord([Signature<Int>](), Fixture.sum()))
        #expect(messages.map(\.task) == ["tasks.sum"])
        #expect(messages[0].arguments == [[]])
    }

    @Test func chordInsideAChordReportsThroughItsBody() throws {
        let inner = chord([Fixture.add(1, 1), Fixture.add(2, 2)], Fixture.sum())
        let messages = try client.messages(for: chord([inner, Fixture.add(5, 5)], Fixture.sum()))
        #expect(messages.count == 3)
        let body = try #require(messages[0].embed.chord)
        #expect(body.options.groupID == messages[2].headers.group)
        #expect(body.options.groupIndex == 0)
        #expect(body.options.chord.first?.options.chordSize == 2)
    }

    @Test func groupInsideAChordIsCollected() throws {
        let inner = group([Fixture.add(1, 1), Fixture.add(2, 2)])
        let outer = chord([inner, inner], PartialSignature<[[Int]], Int>(task: "tasks.total"))
        let messages = try client.messages(for: outer)
        #expect(messages.count == 4)
        guard case .task(let collect)? = messages[0].embed.chord else { throw Missing() }
        #expect(collect.task == "celery.accumulate")
        #expect(collect.options.chord.count == 1)
    }

    @Test func canvasSurvivesItsJSON() throws {
        let signature = Fixture.add(1, 1) | Fixture.add(2)
        let nested = chord([signature, Fixture.add(3, 3).set(queue: "fast", priority: 7)], Fixture.sum())
        let message = try #require(try client.messages(for: nested).first)
        let decoded = try TaskMessage(wire: message.wire)
        #expect(decoded == message)
    }

    @Test func immutableStepTakesNoResult() throws {
        let message = try #require(try client.messages(for: Fixture.add(1, 1) | Fixture.log()).first)
        guard case .task(let call)? = message.embed.chain.last else { throw Missing() }
        #expect(call.isImmutable)
    }

    @Test func argumentThatCannotBeEncodedIsReportedOnSending() async throws {
        struct Broken: Encodable { func encode(to encoder: any Encoder) throws { throw Missing() } }
        let signature = Signature<Int>(task: "tasks.add", arguments: [1, Broken()])
        await #expect { try await client.enqueue(signature) } throws: { "\($0)".contains("argument 2") }
    }

    @Test func tupleOfAGroupHasTheTypesOfItsMembers() async throws {
        let results = MemoryResultBackend()
        let client = TaskClient(broker: MemoryBroker(), results: results)
        let pending = try await client.enqueue(group(Fixture.add(1, 2), Fixture.name(7)))
        let values: [JSONValue] = [3, "seven"]
        try await results.store(zip(pending.taskIDs, values).map { TaskResult(taskID: $0, state: .success, value: $1) })
        let (number, name) = try await pending.value()
        #expect(number == 3)
        #expect(name == "seven")
        #expect(try await pending.group?.completedCount() == 2)
    }
}

struct Missing: Error {}
