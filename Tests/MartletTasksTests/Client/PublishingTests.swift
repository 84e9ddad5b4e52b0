import MartletTasks
import MartletTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct PublishingTests {
    private let clock = VirtualClock()

    private func client(_ broker: any Broker, _ options: TaskClient.Options = .init()) -> TaskClient {
        TaskClient(broker: broker, results: MemoryResultBackend(), options: options, time: clock.time)
    }

    @Test func brokerThatFailsForAMomentIsTriedAgain() async throws {
        let broker = StubBroker { attempt in if attempt < 3 { throw Broken() } }
        async let sent = client(broker, .init(publishTimeout: nil)).enqueue(Fixture.log())
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(200))
        _ = try await sent
        #expect(broker.attempts == 3)
        #expect(broker.published.joined().count == 1)
        let message = try TaskMessage(wire: try #require(broker.published.first?.first))
        #expect(message.headers.mayBeRepeated, "an attempt that failed may have brought it there")
    }

    @Test func idThatIsSentAgainAfterItsSuccessIsNotRunAgain() async throws {
        var registry = TaskRegistry()
        registry.register("double") { (number: Int) in 2 * number }
        let bench = TaskBench(registry)
        let double = PartialSignature<Int, Int>(task: "double")
        for _ in 0..<2 {
            _ = try await bench.client.enqueue(Signature<Int>(task: "double", arguments: [7]), taskID: "one")
            _ = try await bench.client.enqueue(
                Signature<Int>(task: "double", arguments: [7]) | double, taskID: "end-of-chain")
            try await bench.runUntilIdle()
        }
        for (id, value) in [("one", 14), ("end-of-chain", 28)] {
            #expect(bench.trace.lines(of: id).count { $0.event == .started } == 1, "\(id)")
            #expect(try await bench.client.result(of: id, as: Int.self).value() == value)
        }
        #expect(try await bench.broker.depth(of: "celery").total == 0)
    }

    @Test func messageIsMarkedAsRepeatedAndStaysTheSame() throws {
        let message = TaskMessage(task: "t", id: "one", arguments: [1])
        #expect(!message.headers.mayBeRepeated)
        let marked = try TaskMessage(wire: message.wire.markedAsRepeated)
        var expected = try TaskMessage(wire: message.wire)
        expected.headers.mayBeRepeated = true
        #expect(marked == expected)
        var broken = message.wire
        broken.headers = Array("no JSON".utf8)
        #expect(broken.markedAsRepeated == broken)
    }

    @Test(arguments: ["", "\u{1}", "\""])
    func messageOverTheLimitIsRefused(_ text: String) async throws {
        let broker = StubBroker { _ in }
        let argument = String(repeating: text.isEmpty ? "a" : text, count: 20_000)
        let signature = Signature<Void>(task: "t", arguments: [argument])
        let size = try client(broker).messages(for: signature)[0].wire.size
        // The id and the moment of sending may differ by nothing in length, so the size is the same each time.
        _ = try await client(broker, .init(messageSizeLimit: size, publishTimeout: nil)).enqueue(signature)
        await #expect {
            _ = try await client(broker, .init(messageSizeLimit: size - 1, publishTimeout: nil)).enqueue(signature)
        } throws: {
            ($0 as? TaskError)?.code == .messageTooLarge && "\($0)".contains("\(size) bytes")
        }
        #expect(broker.published.joined().count == 1)
    }

    @Test func brokerThatKeepsFailingIsTold() async throws {
        let broker = StubBroker { _ in throw Broken() }
        let client = client(broker, .init(publishRetry: .none))
        await #expect { try await client.enqueue(Fixture.log(), taskID: "one") } throws: { error in
            let error = error as? TaskError
            return error?.code == .brokerFailed && error?.cause is Broken
                && error?.message.contains("may or may not be there") == true
                && error?.message.contains("'tasks.log' (one)") == true
        }
        #expect(broker.attempts == 1)
    }

    @Test func brokerThatHangsIsGivenUp() async throws {
        let clock = clock
        let broker = StubBroker { _ in try await clock.sleep(for: .seconds(3600)) }
        let sent = Task { try await client(broker, .init(publishTimeout: .seconds(10))).enqueue(Fixture.log()) }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(10))
        await #expect { try await sent.value } throws: {
            ($0 as? TaskError)?.code == .timedOut && "\($0)".contains("did not take")
        }
    }

    @Test func errorThatCannotPassIsNotRetried() async throws {
        let broker = StubBroker { _ in throw TaskError(.misconfigured, "no such file") }
        await #expect { try await client(broker).enqueue(Fixture.log()) } throws: {
            ($0 as? TaskError)?.code == .misconfigured
        }
        #expect(broker.attempts == 1)
    }

    @Test func retriesWaitLongerEachTimeUpToALimit() {
        let policy = PublishRetry(maxRetries: 7)
        #expect(policy.start == .zero && policy.step == .milliseconds(200) && policy.max == .seconds(1))
        #expect(PublishRetry().maxRetries == 3)
    }
}
