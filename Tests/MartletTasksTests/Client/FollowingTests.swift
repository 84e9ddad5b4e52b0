import Foundation
import MartletTasks
import MartletTesting
import Testing

/// Results while they come, kept and handed on.
@Suite(.timeLimit(.minutes(1))) struct FollowingTests {
    private let bench = Bench()
    private var client: TaskClient { bench.client }

    private func store(_ id: String, _ value: JSONValue, _ state: TaskState = .success) async throws {
        try await bench.results.store([TaskResult(taskID: id, state: state, value: value)])
    }

    @Test func updatesTellEachStateUntilTheEnd() async throws {
        var registry = TaskRegistry()
        let gate = Gate()
        registry.register("long", options: TaskOptions(tracksStarted: true)) { (context: TaskContext) -> Int in
            for step in 1...2 {
                await gate.pass()
                try await context.update(progress: step, of: 2)
            }
            await gate.pass()
            return 7
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await client.enqueue(Signature<Int>(task: "long"))
            var seen: [String] = []
            for try await update in result.updates() {
                seen.append("\(update.state) \(update.progress?.done ?? 0) \(update.value.integerValue ?? 0)")
                gate.open()
            }
            #expect(seen == ["STARTED 0 0", "PROGRESS 1 0", "PROGRESS 2 0", "SUCCESS 0 7"])
        }
    }

    @Test func updatesOfAGroupTellOfEveryMember() async throws {
        let result: AsyncResult<[Int]> = client.result(of: ["a", "b"])
        try await store("b", 1)
        var updates = result.updates().makeAsyncIterator()
        #expect(try await updates.next()?.taskID == "b")
        try await store("a", ["current": 1, "total": 3], .progress)
        #expect(try await updates.next()?.progress == TaskProgress(done: 1, total: 3))
        try await store("a", ["exc_type": "Broken"], .failure)
        #expect(try await updates.next()?.failure?.type == "Broken")
        #expect(try await updates.next() == nil)
    }

    @Test func membersComeAsTheyEnd() async throws {
        let result = try await client.enqueue(group((0..<3).map { Fixture.add($0, 0) }))
        var members = result.inCompletionOrder().makeAsyncIterator()
        for (index, state) in [(2, TaskState.success), (0, .failure), (1, .success)] {
            try await store(result.taskIDs[index], state == .success ? .integer(index * 10) : "x", state)
            let ended = try #require(try await members.next())
            #expect(ended.index == index && ended.taskID == result.taskIDs[index])
            switch state {
            case .success: #expect(try ended.value == index * 10)
            default: #expect { try ended.value } throws: { ($0 as? TaskError)?.code == .taskFailed }
            }
        }
        #expect(try await members.next() == nil)
    }

    @Test func groupsInAGroupComeWhole() async throws {
        let pair = group([Fixture.add(1, 2), Fixture.add(3, 4)])
        let result = try await client.enqueue(group([pair, group([Signature<Int>]()), pair]))
        var members = result.inCompletionOrder().makeAsyncIterator()
        let empty = try #require(try await members.next())
        #expect(empty.index == 1)
        #expect(try empty.value == [])
        for (position, id) in result.taskIDs.enumerated().reversed() { try await store(id, .integer(position)) }
        var values: [Int: [Int]] = [:]
        while let member = try await members.next() { values[member.index] = try member.value }
        #expect(values == [0: [0, 1], 2: [2, 3]])
    }

    @Test func wrongValueOfAMemberIsNamed() async throws {
        let result: AsyncResult<[Int]> = client.result(of: ["a"])
        try await store("a", "text")
        var members = result.inCompletionOrder().makeAsyncIterator()
        let member = try #require(try await members.next())
        #expect { try member.value } throws: {
            ($0 as? TaskError)?.code == .decodingFailed && "\($0)".contains("task a")
        }
    }

    @Test func referenceCanBeStoredAndSentElsewhere() async throws {
        let nested = group([group([Fixture.add(1, 2)]), group([Fixture.add(3, 4), Fixture.add(5, 6)])])
        let result = try await client.enqueue(nested, taskID: "g")
        let bytes = try JSONEncoder().encode(result.reference)
        let restored = client.result(
            at: try JSONDecoder().decode(ResultReference.self, from: bytes), as: [[Int]].self)
        #expect(restored.id == "g" && restored.taskIDs == result.taskIDs)
        for (position, id) in result.taskIDs.enumerated() { try await store(id, .integer(position)) }
        #expect(try await restored.value() == [[0], [1, 2]])
        let single: AsyncResult<Int> = client.result(of: "t")
        #expect(single.reference.json == [["t", nil], nil])
        let ofCelery = try ResultReference(json: [
            ["g", [["p", nil], nil]], [[["a", nil], nil], [["b", nil], nil]],
        ])
        #expect(ofCelery.id == "g" && ofCelery.taskIDs == ["a", "b"])
        #expect { try ResultReference(json: 7) } throws: { "\($0)".contains("expected [[id, parent], children]") }
    }

    @Test func groupIsKeptUnderItsID() async throws {
        let result = try await client.enqueue(group([Fixture.add(1, 2), Fixture.add(3, 4)]), taskID: "g")
        #expect(try await client.group("g", as: Int.self) == nil)
        try await result.group?.save()
        let restored = try #require(try await client.group("g", as: Int.self))
        for id in result.taskIDs { try await store(id, 5) }
        #expect(restored.id == "g" && restored.taskIDs == result.taskIDs)
        #expect(try await restored.value() == [5, 5])
        #expect(try await restored.group?.states() == [.success, .success])
        try await restored.group?.delete()
        #expect(try await client.group("g", as: Int.self) == nil)
        #expect(try await result.value() == [5, 5])
    }

    @Test func waitingInATaskIsAnError() async throws {
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("tasks.parent") { (context: TaskContext, isAllowed: Bool) -> Int in
            let result = try await context.client.enqueue(Fixture.add(1, 2))
            guard isAllowed else { return try await result.value() }
            try await result.wait(disablesSyncSubtasks: false)
            return try await result.value()
        }
        @Sendable func parent(_ isAllowed: Bool) -> Signature<Int> {
            Signature(task: "tasks.parent", arguments: [isAllowed])
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            await #expect { try await client.enqueue(parent(false)).value() } throws: { error in
                let failure = (error as? TaskError)?.failure
                return failure?.text.contains("'tasks.parent'") == true
                    && failure?.text.contains("in a chain or a chord") == true
            }
            #expect(try await client.enqueue(parent(true)).value() == 3)
        }
    }

    @Test func waitingEndsAfterItsTime() async throws {
        let clock = VirtualClock()
        let client = TaskClient(broker: MemoryBroker(), results: bench.results, time: clock.time)
        let result: AsyncResult<Int> = client.result(of: "never")
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await result.value(timeout: .seconds(30)) }
            group.addTask { try await result.wait(timeout: .seconds(30)) }
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(31))
            while let ended = await group.nextResult() {
                #expect { try ended.get() } throws: {
                    ($0 as? TaskError)?.code == .timedOut && "\($0)".contains("no result of task never within 30")
                }
            }
        }
        try await store("never", ["exc_type": "Broken"], .failure)
        try await result.wait()
    }

    @Test func tracebackOfCeleryIsKept() async throws {
        let json: JSONValue = [
            "status": "FAILURE", "task_id": "t", "traceback": "File \"tasks.py\", line 7",
            "result": ["exc_type": "ValueError", "exc_message": ["no"], "exc_module": "builtins"],
        ]
        try await bench.results.store([try TaskResult(json: json)])
        let result: AsyncResult<Int> = client.result(of: "t")
        let stored = try #require(try await result.stored().first)
        #expect(stored.traceback == "File \"tasks.py\", line 7" && stored.failure?.type == "ValueError")
        #expect(stored.json["traceback"] == json["traceback"])
    }
}
