import Foundation
import MartletTasks
import MartletTesting
import Testing

@Suite struct CallingTests {
    private let clock = VirtualClock()
    private let broker = MemoryBroker()

    private func client(_ options: TaskClient.Options = .init()) -> TaskClient {
        TaskClient(broker: broker, results: MemoryResultBackend(), options: options, time: clock.time)
    }

    @Test func everyOptionTravels() throws {
        let call = Fixture.add(1, 2).set(
            queue: "fast", priority: .high, countdown: .seconds(5), expires: .seconds(60), timeLimit: .seconds(9),
            softTimeLimit: .seconds(8), ignoresResult: true, shadow: "1 + 2", replyTo: "answers", headers: ["x": 1])
        let message = try #require(try client().messages(for: call.stamp(["client": 7])).first)
        #expect(message.queue == "fast")
        #expect(message.properties.priority == 6)
        #expect(message.properties.replyTo == "answers")
        #expect(message.headers.eta == clock.date.addingTimeInterval(5))
        #expect(message.headers.expires == clock.date.addingTimeInterval(60))
        #expect(message.headers.timeLimit == .init(hard: 9, soft: 8))
        #expect(message.headers.ignoresResult == true)
        #expect(message.headers.shadow == "1 + 2")
        #expect(message.headers.custom["x"] == 1)
        #expect(message.headers.stamps == ["client": 7])
        #expect(message.headers.stampedHeaders == ["client"])
    }

    @Test func optionsOfALaterStepTravelWithTheFirst() throws {
        let later = Fixture.add(2).set(timeLimit: .seconds(3), shadow: "later").stamp(["client": 7])
        let message = try #require(try client().messages(for: Fixture.add(1, 1) | later).first)
        let decoded = try TaskMessage(wire: message.wire)
        #expect(decoded == message)
        let step = try #require(decoded.embed.chain.first)
        #expect(step.options.stamps == ["client": 7])
        #expect(step.options.shadow == "later")
        #expect(step.json["options"]?["stamped_headers"] == ["client"])
        #expect(message.headers.stampedHeaders == nil)
    }

    @Test func stampsReachWhatIsLinked() throws {
        let call = Fixture.add(1, 1).onSuccess(Fixture.add(2)).onError(Fixture.log()).stamp(["client": 7])
        let message = try #require(try client().messages(for: call).first)
        #expect(message.embed.callbacks.first?.options.stamps == ["client": 7])
        #expect(message.embed.errbacks.first?.options.stamps == ["client": 7])
    }

    @Test func setOnAChainReachesItsTasks() throws {
        let chain = (Fixture.add(1, 1) | Fixture.add(2)).set(queue: "fast", countdown: .seconds(5))
        let message = try #require(try client().messages(for: chain).first)
        #expect(message.queue == "fast")
        #expect(message.headers.eta == clock.date.addingTimeInterval(5))
        #expect(message.embed.chain.first?.options.queue == "fast")
        #expect(message.embed.chain.first?.options.countdown == nil)
    }

    @Test func sendByNameTakesEveryOption() async throws {
        try await client().send(
            "legacy.task", arguments: [1], queue: "old", timeLimit: .seconds(3), softTimeLimit: .seconds(2),
            ignoresResult: true, shadow: "legacy", replyTo: "answers", stamps: ["a": "b"], taskID: "one")
        let received = try #require(try await broker.receive(from: ["old"], limit: 1, lease: .seconds(9)).first)
        let message = try TaskMessage(wire: received.message)
        #expect(message.id == "one" && message.task == "legacy.task")
        #expect(message.headers.stamps == ["a": "b"])
        #expect(message.headers.timeLimit == .init(hard: 3, soft: 2))
        #expect(message.properties.replyTo == "answers")
    }

    @Test(arguments: [
        (Fixture.add(1, 2).set(queue: ""), "empty name"),
        (Fixture.add(1, 2).set(priority: 11), "priority 11 is out of range"),
        (Fixture.add(1, 2).set(countdown: .seconds(-1)), "a countdown of -1.0 s is in the past"),
        (Fixture.add(1, 2).set(expires: .seconds(-1)), "it would expire 1.0 s ago"),
        (Fixture.add(1, 2).set(countdown: .seconds(9), expires: .seconds(5)), "before it may run"),
        (Fixture.add(1, 2).set(timeLimit: .zero), "a time limit of 0.0 s"),
        (Fixture.add(1, 2).set(softTimeLimit: .seconds(-1)), "a soft time limit of -1.0 s"),
        (Fixture.add(1, 2).set(timeLimit: .seconds(1), softTimeLimit: .seconds(2)), "is not under the hard one"),
        (Fixture.add(1, 2).stamp(["queue": "x"]), "name of an option"),
        (Fixture.add(1, 2).onSuccess(Fixture.add(2).set(queue: "")), "empty name"),
        (Fixture.add(1, 1) | Fixture.add(2).set(timeLimit: .zero), "a time limit of 0.0 s"),
        (Signature<Int>(task: ""), "a task without a name"),
    ])
    func wrongOptionIsRefused(_ call: Signature<Int>, _ text: String) async throws {
        await #expect {
            try await client().enqueue(call)
        } throws: {
            ($0 as? TaskError)?.code == .invalidArgument && "\($0)".contains(text)
        }
        #expect(try await broker.depth(of: "celery").total == 0)
    }

    @Test(arguments: ["", "with space", "line\nbreak", "ümlaut", String(repeating: "x", count: 256)])
    func illegalIDIsRefused(_ id: String) async {
        await #expect { try await client().enqueue(Fixture.log(), taskID: id) } throws: {
            "\($0)".contains("cannot be the id of a task")
        }
    }

    @Test func defaultPriorityIsForWhatHasNone() throws {
        let client = client(.init(defaultPriority: .normal))
        #expect(try client.messages(for: Fixture.log()).first?.properties.priority == 3)
        #expect(try client.messages(for: Fixture.log().set(priority: .low)).first?.properties.priority == 0)
        let chained = try client.messages(for: Fixture.add(1, 1).onSuccess(Fixture.add(2)) | Fixture.add(3))
        #expect(chained.first?.embed.chain.first?.options.priority == 3)
        #expect(chained.first?.embed.callbacks.first?.options.priority == 3)
    }

    @Test(.timeLimit(.minutes(1))) func subtaskInheritsThePriority() async throws {
        let results = MemoryResultBackend()
        let client = TaskClient(broker: broker, results: results, options: .init(inheritsPriority: true))
        var registry = TaskRegistry()
        registry.register("parent") { (context: TaskContext) in
            try await context.client.enqueue(Fixture.log(), queue: "later", taskID: "child")
            return
        }
        let worker = Worker(registry: registry, client: client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await client.enqueue(Signature<Void>(task: "parent"), priority: .critical).value()
            worker.stop()
            try await group.waitForAll()
        }
        let child = try #require(try await broker.receive(from: ["later"], limit: 1, lease: .seconds(1)).first)
        #expect(child.message.priority == 9)
    }

    @Test func bulkIsOnePublishInOrder() async throws {
        let counting = StubBroker()
        let client = TaskClient(broker: counting, results: MemoryResultBackend())
        let results = try await client.enqueue((1...50).map { Fixture.add($0, 0) }, queue: "bulk")
        #expect(counting.published.map(\.count) == [50])
        #expect(counting.published.first?.map(\.id) == results.map(\.id))
        #expect(counting.published.first?.allSatisfy { $0.queue == "bulk" } == true)
    }
}
