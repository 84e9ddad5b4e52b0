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
