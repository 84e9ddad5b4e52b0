import MartletTasks
import MartletTesting
import Testing

/// Tasks that let others run in their place.
@Suite(.timeLimit(.minutes(1))) struct ReplacingTests {
    private let notes = Notes()

    /// Tasks that count and add, and `t`, which is replaced by what a test says.
    private func registry<Output: Codable & Sendable>(
        _ options: TaskOptions = TaskOptions(), _ signature: @escaping @Sendable (TaskContext) -> Signature<Output>
    ) -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("t", options: options) { (context: TaskContext) -> Output in
            try context.replace(with: signature(context))
        }
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("tasks.sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        registry.register("tasks.fail") { (_: Int) -> Int in throw Broken() }
        registry.register("tasks.told") { (id: String) -> Int in id == "whole" ? 1 : 0 }
        registry.register("tasks.context") { (context: TaskContext) -> [String: String?] in
            [
                "id": context.id, "root": context.rootID, "parent": context.parentID,
                "nesting": "\(context.replacedTaskNesting)", "stamp": context.message.headers.stamps["of"]?.stringValue,
                "queue": context.message.queue, "retries": "\(context.retries)",
            ]
        }
        return registry
    }

    private let whole = Signature<Int>(task: "t")

    @Test func oneTaskTakesTheIDAndThePlaceOfAnother() async throws {
        let bench = TaskBench(registry { _ in Signature<[String: String?]>(task: "tasks.context") })
        let call = Signature<[String: String?]>(task: "t").stamp(["of": "ada"])
        let result = try await bench.client.enqueue(call, taskID: "whole")
        try await bench.runUntilIdle()
        #expect(
            try await result.value() == [
                "id": "whole", "root": "whole", "parent": nil, "nesting": "1", "stamp": "ada", "queue": "celery",
                "retries": "0",
            ])
        #expect(try await bench.broker.depth(of: "celery").total == 0)
        #expect(bench.worker.report.done == 1, "the task that was replaced counts as nothing")
    }

    @Test func chainGroupAndChordGiveTheirValue() async throws {
        let add = Fixture.add(1, 2)
        for canvas in [add, add | Fixture.add(3), chord([add, Fixture.add(3, 4)], Fixture.sum())] {
            let bench = TaskBench(registry { _ in canvas })
            let result = try await bench.client.enqueue(whole)
            try await bench.runUntilIdle()
            #expect(try await [3, 6, 10].contains(result.value()))
        }
        let members = (1...3).map { Fixture.add($0, $0) }
        for (canvas, value) in [
            (group(members), [2, 4, 6]), (group([Signature<Int>]()), []), (add | group(members), [2, 4, 6]),
        ] {
            let bench = TaskBench(registry { _ in canvas })
            let result = try await bench.client.enqueue(Signature<[Int]>(task: "t"))
            try await bench.runUntilIdle()
            #expect(try await result.value() == value)
        }
    }

    /// What was to follow the task follows what takes its place, be it one task, a chain or a chord.
    @Test(arguments: [0, 1, 2]) func whatFollowsTheTaskFollowsItsReplacement(_ kind: Int) async throws {
        let add = Fixture.add(1, 2)
        let canvas = [add, add | Fixture.add(0), chord([add], Fixture.sum())][kind]
        var registry = registry { _ in canvas }
        registry.register("tasks.see") { [notes] (number: Int) in notes.add("callback \(number)") }
        let bench = TaskBench(registry)
        let next = PartialSignature<Int, Void>(task: "tasks.see")
        let chained = try await bench.client.enqueue(whole.onSuccess(next) | Fixture.add(10) | Fixture.add(20))
        let body = try await bench.client.enqueue(chord([whole, Fixture.add(4, 4)], Fixture.sum()))
        let members = try await bench.client.enqueue(group([whole, whole | Fixture.add(1)]))
        try await bench.runUntilIdle()
        #expect(try await chained.value() == 33)
        #expect(try await body.value() == 11)
        #expect(try await members.value() == [3, 4])
        #expect(notes.all == ["callback 3"])
    }

    /// The errback is told once, with the id of the task it was linked to.
    @Test func failureInTheMiddleFailsTheTask() async throws {
        let replacement = Fixture.add(1, 2) | PartialSignature<Int, Int>(task: "tasks.fail") | Fixture.add(1)
        var registry = registry { _ in replacement }
        registry.register("tasks.see") { [notes] (id: String) in notes.add(id) }
        let bench = TaskBench(registry)
        let call = whole.onError(PartialSignature<String, Void>(task: "tasks.see"))
        let result = try await bench.client.enqueue(call, taskID: "whole")
        let body = try await bench.client.enqueue(chord([whole, Fixture.add(1, 1)], Fixture.sum()))
        try await bench.runUntilIdle()
        #expect(try await result.stored().first?.failure?.type == "Broken")
        #expect(notes.all == ["whole"])
        #expect(try await body.stored().first?.failure?.type == "ChordError")
    }

    @Test func nestingIsCountedAndGoesWithTheRestOfTheChain() async throws {
        var registry = TaskRegistry()
        registry.register("down") { (context: TaskContext, count: Int) -> Int in
            guard count > 0 else { return context.replacedTaskNesting }
            return try context.replace(with: Signature(task: "down", arguments: [count - 1]))
        }
        registry.register("nesting") { (context: TaskContext, before: Int) in before * 100 + context.replacedTaskNesting
        }
        let bench = TaskBench(registry)
        let result = try await bench.client.enqueue(
            Signature<Int>(task: "down", arguments: [5]) | PartialSignature<Int, Int>(task: "nesting"))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 505)
    }

    /// The parent is that of the task that was replaced, so no task is its own parent.
    @Test func rootAndParentAreThoseOfTheTask() async throws {
        var registry = registry { _ in Fixture.add(1, 2) | Fixture.add(3) }
        registry.register("outer") { (context: TaskContext) in
            try await context.client.enqueue(Signature<Int>(task: "t")).id
        }
        let bench = TaskBench(registry)
        let outer = try await bench.client.enqueue(Signature<String>(task: "outer"))
        try await bench.runUntilIdle()
        let messages = try bench.broker.publications.map { try TaskMessage(wire: $0.message) }
        #expect(messages.allSatisfy { $0.headers.rootID == outer.id })
        try #require(messages.map(\.task) == ["outer", "t", "tasks.add", "tasks.add"])
        let (first, last) = (messages[2], messages[3])
        #expect(first.headers.parentID == outer.id)
        #expect(last.headers.parentID == first.id)
        #expect(try await last.id == outer.value())
    }

    @Test func taskAcknowledgedEarlyIsReplacedToo() async throws {
        for canvas in [Fixture.add(1, 2), Fixture.add(1, 1) | Fixture.add(1)] {
            let bench = TaskBench(registry(TaskOptions(delivery: .atMostOnce)) { _ in canvas })
            let result = try await bench.client.enqueue(whole)
            try await bench.runUntilIdle()
            #expect(try await result.value() == 3)
        }
    }

    @Test func whatCannotBeSentIsAnErrorOfTheTask() async throws {
        for (canvas, text) in [
            (Fixture.add(1, 2).set(expires: .seconds(-1)), "expire"),
            (Fixture.add(1, 2).set(headers: ["large": .string(String(repeating: "x", count: 2000))]), "limit of 1000"),
        ] {
            let options = TaskClient.Options(messageSizeLimit: 1000)
            let bench = TaskBench(registry { _ in canvas }, clientOptions: options)
            let result = try await bench.client.enqueue(whole)
            try await bench.runUntilIdle()
            #expect(try await result.stored().first?.failure?.text.contains(text) == true)
        }
    }

    /// The broker keeps the checkpoint of a message that another one takes the place of; it is none of the new task's.
    @Test func checkpointsAreEachTasksOwn() async throws {
        var registry = TaskRegistry()
        registry.register("first") { (context: TaskContext) -> [Int] in
            try await context.checkpoint("far", every: .zero)
            return try context.replace(with: Signature(task: "second"))
        }
        registry.register("second", options: TaskOptions(retry: .fixed(max: 2, delay: .zero))) {
            [notes] (context: TaskContext) -> [Int] in
            let before = try context.checkpoint(as: Int.self)
            notes.add("\(before ?? 0)")
            guard let before, before == 2 else {
                try await context.checkpoint((before ?? 0) + 1, every: .zero)
                throw Broken()
            }
            return [before, context.retries]
        }
        let bench = TaskBench(registry)
        let result = try await bench.client.enqueue(Signature<[Int]>(task: "first"))
        try await bench.runUntilIdle()
        #expect(try await result.value() == [2, 2])
        #expect(notes.all == ["0", "1", "2"])
    }

    @Test func lockIsHeldUntilTheReplacementHasEnded() async throws {
        let options = TaskOptions(unique: .untilDone())
        let later = Signature<Int>(task: "tasks.add", arguments: [1, 2], options: options, parameters: ["x", "y"])
        let bench = TaskBench(registry(options) { _ in later.set(countdown: .seconds(60)) })
        let call = Signature<Int>(task: "t", options: options)
        let first = try await bench.client.enqueue(call)
        try await bench.runUntilIdle()
        #expect(try await bench.client.enqueue(call).id == first.id)
        try await bench.advance(by: .seconds(60))
        #expect(try await first.value() == 3)
        #expect(try await bench.client.enqueue(call).id != first.id)
    }

    @Test func revocationOfTheTaskStopsItsReplacement() async throws {
        let bench = TaskBench(registry { _ in Fixture.add(1, 2).set(countdown: .seconds(60)) })
        let result = try await bench.client.enqueue(whole)
        try await bench.runUntilIdle()
        try await result.revoke()
        try await bench.advance(by: .seconds(60))
        #expect(try await result.state() == .revoked)
    }

    @Test func middlewareIsToldWhatRunsInThePlace() async throws {
        let ended = Mailbox<EndedDelivery>()
        var options = WorkerOptions()
        options.middleware = [EndsIn(mailbox: ended)]
        let bench = TaskBench(registry { _ in Fixture.add(1, 2) }, options: options)
        try await bench.client.enqueue(whole, taskID: "whole")
        try await bench.runUntilIdle()
        let replaced = await ended.take()
        #expect(replaced.outcome == .replaced && replaced.id == "whole" && replaced.deadLetter == nil)
        #expect(replaced.replacement?.json["task"] == "tasks.add" && replaced.replacement?.options.taskID == "whole")
        let done = await ended.take()
        #expect(done.outcome == .succeeded && done.id == "whole" && done.replacement == nil)
    }

    @Test func eagerTaskIsReplacedToo() async throws {
        for canvas in [
            Fixture.add(1, 2), Fixture.add(1, 1) | Fixture.add(1), chord([Fixture.add(1, 2)], Fixture.sum()),
        ] {
            let client = TaskClient.eager(registry { _ in canvas }, results: MemoryResultBackend())
            #expect(try await client.enqueue(whole).value() == 3)
            #expect(try await client.enqueue(whole | Fixture.add(10)).value() == 13)
        }
    }

    // MARK: Failing on the way

    /// Wherever the broker or the results fail once, each of the tasks in the place of another one is run, and its
    /// success is not run again.
    @Test(arguments: [
        Fault.fail(.settle, on: 1), .loseReply(of: .settle, on: 1), .fail(.settle, on: 2),
        .loseReply(of: .settle, on: 2),
        .fail(.publish, on: 2), .loseReply(of: .publish, on: 2),
    ])
    func failureOnTheWayLosesAndRepeatsNothing(_ fault: Fault) async throws {
        for canvas in [
            Fixture.add(1, 2), Fixture.add(1, 1) | Fixture.add(1), chord([Fixture.add(1, 2)], Fixture.sum()),
        ] {
            let bench = TaskBench(registry { _ in canvas }, faults: [fault])
            let result = try await bench.client.enqueue(whole | Fixture.add(10))
            try await bench.advance(by: .seconds(600))
            #expect(try await result.value() == 13)
            #expect(try await bench.broker.depth(of: "celery").total == 0)
            let stored = bench.trace.lines.filter { $0.event == .stored && $0.detail == "SUCCESS" }.map(\.id)
            #expect(Set(stored).count == stored.count, "\(bench.trace)")
        }
    }

    /// Killed at any step, the worker that comes after it goes on, and a task that succeeded is not run again.
    @Test func killedWorkerLosesAndRepeatsNothing() async throws {
        for steps in 0..<60 {
            let bench = TaskBench(registry { _ in Fixture.add(1, 1) | Fixture.add(1) | Fixture.add(2) })
            let result = try await bench.client.enqueue(whole | Fixture.add(10))
            try bench.crash(afterSteps: steps)
            try await bench.runUntilIdle()
            try bench.restart()
            try await bench.advance(by: .seconds(600))
            #expect(try await result.value() == 15, "killed after \(steps) steps")
            let runs = bench.trace.lines.filter { $0.event == .stored && $0.detail == "SUCCESS" }.map(\.id)
            #expect(Set(runs).count == runs.count, "killed after \(steps) steps: \(bench.trace)")
        }
    }
}

/// Hands on the ends of deliveries.
private struct EndsIn: TaskMiddleware {
    let mailbox: Mailbox<EndedDelivery>
    func ended(_ delivery: EndedDelivery) async throws { mailbox.put(delivery) }
}
