import Foundation
import MartletTesting
import Testing

@testable import MartletTasks

@Tasks("shown")
struct ShownTasks {
    @Task(shadow: "invoice {invoice} to {to}") func send(_ invoice: Int, to client: String) {}
}

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

    @Test func etaAndExpiryMayBeMoments() async throws {
        let broker = MemoryBroker(time: clock.time)
        let client = TaskClient(broker: broker, results: MemoryResultBackend(), time: clock.time)
        let eta = clock.date.addingTimeInterval(60)
        let end = clock.date.addingTimeInterval(90)
        let result = try await client.enqueue(Fixture.log().set(expires: .seconds(1), expiresAt: end), eta: eta)
        try await client.send("tasks.log", expiresAt: end, taskID: "sent")
        #expect(try await broker.depth(of: "celery").delayed == 1)
        clock.advance(by: .seconds(61))
        let received = try await broker.receive(from: ["celery"], limit: 9, lease: .seconds(9))
        let messages = try received.map { try TaskMessage(wire: $0.message) }
        #expect(Set(messages.map(\.id)) == [result.id, "sent"])
        #expect(messages.allSatisfy { $0.headers.expires == end })
        await #expect { try await client.enqueue(Fixture.log().set(expiresAt: .distantPast)) } throws: {
            "\($0)".contains("it has expired already")
        }
    }

    @Test func expiryOfATaskIsThatOfItsCalls() throws {
        let call = Signature<Int>(task: "t", options: TaskOptions(expires: .seconds(30)))
        let message = try #require(try client().messages(for: call).first)
        #expect(message.headers.expires == clock.date.addingTimeInterval(30))
        #expect(message.properties.custom["expiration"] == "30000")
    }

    @Test func textOfArgumentsIsCut() throws {
        let call = Signature<Int>(
            task: "t", arguments: [String(repeating: "x", count: 5000)],
            keywords: ["k": String(repeating: "y", count: 99)])
        let message = try #require(try client().messages(for: call).first)
        #expect(message.headers.argumentsText.count == 1024 && message.headers.argumentsText.hasSuffix("..."))
        var options = TaskClient.Options()
        options.argumentsTextLimit = 20
        let short = try #require(try client(options).messages(for: call).first)
        #expect(short.headers.argumentsText == "(\"xxxxxxxxxxxxxxx...")
        #expect(short.headers.keywordsText.count == 20)
    }

    @Test func largeMessageIsRefused() async throws {
        let call = Signature<Int>(task: "t", arguments: [String(repeating: "x", count: 2000)])
        await #expect { try await client(.init(messageSizeLimit: 1000)).enqueue(call) } throws: {
            ($0 as? TaskError)?.code == .messageTooLarge && "\($0)".contains("over the limit of 1000")
        }
        #expect(TaskClient.Options().messageSizeLimit == 16 << 20)
    }

    @Test func shadowIsWorkedOutOfTheArguments() throws {
        func shadow<Output>(_ call: Signature<Output>) throws -> String? {
            try client().messages(for: call).first?.headers.shadow
        }
        #expect(try shadow(ShownTasks.send(7, to: "ada")) == "invoice 7 to ada")
        #expect(try shadow(ShownTasks.send(7, to: "ada").set(shadow: "mine")) == "mine")
        let linked = try #require(
            try client().messages(for: Fixture.add(1, 1).onSuccess(ShownTasks.send(to: "ada"))).first)
        guard case .task(let call)? = linked.embed.callbacks.first else { throw Missing() }
        #expect(call.shadowName?.text([8], call.keywords) == "invoice 8 to ada")
        let wrong = Signature<Int>(task: "t", keywords: ["n": 1], options: TaskOptions(shadow: "{m}"))
        #expect { try client().messages(for: wrong) } throws: {
            "\($0)".contains("shown as '{m}', but 'm' is none of its arguments; they are 'n'")
        }
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
