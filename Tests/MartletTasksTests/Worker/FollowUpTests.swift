import MartletTesting
import Testing

@testable import MartletTasks

/// What follows a task whose worker died in between.
@Suite struct FollowUpTests {
    /// The member was counted, its worker died before its result was stored, and others came to the end of the chord.
    @Test func bodyOfAChordIsMarkedWhenAMemberFailsInALaterDelivery() async throws {
        let bench = TaskBench(TaskRegistry())
        let header = [Signature<Int>(task: "a"), Signature<Int>(task: "b")]
        let members = try bench.client.prepare(chord(header, Signature<Int>(task: "sum"))).messages
        let group = try #require(members[0].headers.group)
        for (index, member) in members.enumerated() {
            let result = TaskResult(message: member, state: .success, value: .integer(index))
            _ = try await bench.client.results.completeChordMember(
                ChordMember(chord: group, size: 2, index: index, result: result))
        }
        let followUps = FollowUps(results: bench.client.results, time: bench.clock.time, defaultQueue: "celery")
        for isRepeated in [false, true] {
            let followUp = try await followUps.failure(
                of: members[0], .workerLost(attempts: 3), state: .failure, isRepeated: isRepeated)
            let body = try #require(followUp.messages.first)
            #expect(body.task == "sum")
            #expect(body.headers.mayBeRepeated == isRepeated)
        }
    }
}
