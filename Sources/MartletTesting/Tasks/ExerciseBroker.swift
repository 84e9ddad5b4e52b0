import Foundation
public import MartletTasks

/// Checks a broker against everything ``Broker`` promises; every broker's tests call it.
///
/// - Parameter make: Makes an empty broker that goes by the given time; called once for each check.
/// - Throws: ``ConformanceFailure``, naming the promise that is broken, or what the broker throws.
public func exerciseBroker<Subject: Broker>(
    _ make: @Sendable (TimeSource) async throws -> Subject
) async throws {
    let clock = VirtualClock()
    for check in BrokerCheck.all {
        try await check.run(try await make(clock.time), clock)
    }
}

/// A promise of a protocol that an implementation does not keep.
public struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless a condition holds.
func require(_ condition: Bool, _ promise: String) throws {
    if !condition { throw ConformanceFailure(promise) }
}

/// One promise and how it is checked.
struct BrokerCheck: Sendable {
    let run: @Sendable (any Broker, VirtualClock) async throws -> Void

    static let all: [BrokerCheck] = [
        order, priority, queues, waiting, cancelling, acknowledging, requeueing, replacing, lostLease, renewedLease,
        delayed, expired, depthAndPurge, idempotentPublish, malformed, large, concurrent, deadLetters,
    ]

    static func message(
        _ id: String, queue: String = "q", priority: Int = 0, eta: Date? = nil, body: String = "[[],{},null]"
    ) -> WireMessage {
        WireMessage(
            id: id, queue: queue, priority: priority, eta: eta, headers: Array(#"{"task":"t","id":"\#(id)"}"#.utf8),
            properties: Array("{}".utf8), body: Array(body.utf8))
    }

    static func receive(
        _ broker: any Broker, _ limit: Int = 10, queues: [String] = ["q"], lease: Duration = .seconds(30)
    ) async throws -> [ReceivedMessage] {
        try await broker.receive(from: queues, limit: limit, lease: lease)
    }

    /// Whether nothing can be received now.
    static func isIdle(_ broker: any Broker) async throws -> Bool { try await broker.depth(of: "q").ready == 0 }
}

// MARK: - Receiving

extension BrokerCheck {
    static let order = BrokerCheck { broker, _ in
        try await broker.publish((0..<5).map { message("m\($0)") })
        let first = try await receive(broker, 2)
        let rest = try await receive(broker, 10)
        try require((first + rest).map(\.message.id) == (0..<5).map { "m\($0)" }, "messages come in order")
        try require(first.allSatisfy { $0.attempt == 1 }, "the first delivery is attempt 1")
        try require(first.first?.message == message("m0"), "a message comes as it was published")
    }

    static let priority = BrokerCheck { broker, _ in
        try await broker.publish([message("low"), message("high", priority: 9), message("middle", priority: 5)])
        let ids = try await receive(broker).map(\.message.id)
        try require(ids == ["high", "middle", "low"], "higher priority comes first, but got \(ids)")
    }

    static let queues = BrokerCheck { broker, _ in
        try await broker.publish([message("other", queue: "other"), message("own"), message("third", queue: "third")])
        let ids = try await receive(broker, queues: ["q", "third"]).map(\.message.id)
        try require(Set(ids) == ["own", "third"], "only the queues asked for are received, but got \(ids)")
    }

    static let waiting = BrokerCheck { broker, _ in
        async let received = receive(broker)
        try await broker.publish([message("late")])
        try require(try await received.map(\.message.id) == ["late"], "a waiting receiver gets what is published")
    }

    static let cancelling = BrokerCheck { broker, _ in
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await receive(broker)
                    return false
                } catch { return error is CancellationError }
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        try require(ended, "a cancelled receive throws CancellationError")
        try await broker.publish([message("kept")])
        try require(try await receive(broker).count == 1, "a cancelled receive holds nothing")
    }

    static let concurrent = BrokerCheck { broker, _ in
        try await broker.publish((0..<50).map { message("c\($0)") })
        let ids = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<10 { group.addTask { try await receive(broker, 5).map(\.message.id) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        try require(ids.count == 50 && Set(ids).count == 50, "each message goes to one receiver, but got \(ids.count)")
    }
}

// MARK: - Settling

extension BrokerCheck {
    static let acknowledging = BrokerCheck { broker, clock in
        try await broker.publish([message("done")])
        let received = try await receive(broker)
        try await broker.settle(received.map { Settlement($0.receipt, .acknowledge) })
        clock.advance(by: .seconds(60))
        try require(try await broker.depth(of: "q").total == 0, "an acknowledged message is gone")
    }

    static let requeueing = BrokerCheck { broker, _ in
        try await broker.publish([message("back")])
        let received = try await receive(broker)
        try await broker.settle(received.map { Settlement($0.receipt, .requeue) })
        let again = try await receive(broker)
        try require(again.map(\.message.id) == ["back"], "a requeued message comes again at once")
        try require(again.first?.attempt == 1, "giving back does not count as an attempt")
    }

    static let replacing = BrokerCheck { broker, clock in
        try await broker.publish([message("again")])
        let received = try await receive(broker)
        let next = message("again", eta: clock.date.addingTimeInterval(10), body: "[[2],{},null]")
        try await broker.settle(received.map { Settlement($0.receipt, .replace(next)) })
        try require(try await broker.depth(of: "q") == QueueDepth(delayed: 1), "a replacement waits for its eta")
        clock.advance(by: .seconds(11))
        let again = try await receive(broker)
        try require(again.first?.message == next, "a replacement comes in the place of the message")
        try require(again.first?.attempt == 1, "a replacement begins with attempt 1")
    }

    static let lostLease = BrokerCheck { broker, clock in
        try await broker.publish([message("lost")])
        let first = try await receive(broker, lease: .seconds(10))
        try require(try await isIdle(broker), "a leased message is not handed out")
        clock.advance(by: .seconds(11))
        let second = try await receive(broker, lease: .seconds(10))
        try require(second.map(\.message.id) == ["lost"], "a message whose lease has run out comes again")
        try require(second.first?.attempt == 2, "a redelivery counts as an attempt")
        try await broker.settle(first.map { Settlement($0.receipt, .acknowledge) })
        try require(try await broker.depth(of: "q").leased == 1, "a receipt whose lease was lost is ignored")
        let lost = try await broker.extendLease(of: first.map(\.receipt), by: .seconds(10))
        try require(lost == first.map(\.receipt), "a lost lease cannot be renewed, and is reported")
    }

    static let renewedLease = BrokerCheck { broker, clock in
        try await broker.publish([message("kept")])
        let received = try await receive(broker, lease: .seconds(10))
        clock.advance(by: .seconds(8))
        let lost = try await broker.extendLease(of: received.map(\.receipt), by: .seconds(10))
        clock.advance(by: .seconds(8))
        try require(lost.isEmpty, "a held lease can be renewed")
        try require(try await isIdle(broker), "a renewed lease holds")
    }
}

// MARK: - Time, size and content

extension BrokerCheck {
    static let delayed = BrokerCheck { broker, clock in
        guard broker is any DelayedDeliveryBroker else { return }
        try await broker.publish([message("later", eta: clock.date.addingTimeInterval(30)), message("now")])
        let now = try await receive(broker)
        try require(now.map(\.message.id) == ["now"], "a message waits for its eta")
        try await broker.settle(now.map { Settlement($0.receipt, .acknowledge) })
        try require(try await broker.depth(of: "q").delayed == 1, "a waiting message counts as delayed")
        async let received = receive(broker)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(31))
        try require(try await received.map(\.message.id) == ["later"], "a receiver is woken by an eta")
    }

    static let expired = BrokerCheck { broker, clock in
        var old = message("old")
        old.expires = clock.date.addingTimeInterval(-1)
        try await broker.publish([old])
        let received = try await receive(broker)
        try require(
            received.first?.message.expires == old.expires, "an expired message is delivered for the worker to revoke")
    }

    static let depthAndPurge = BrokerCheck { broker, clock in
        try await broker.publish((0..<3).map { message("p\($0)") } + [message("other", queue: "other")])
        _ = try await receive(broker, 1)
        let depth = try await broker.depth(of: "q")
        try require((depth.ready, depth.leased) == (2, 1), "depth tells ready from leased, but got \(depth)")
        try require(
            depth.oldest.map { abs($0.timeIntervalSince(clock.date)) < 1 } == true, "depth tells the oldest message")
        try require(try await broker.purge("q") == 2, "purge drops what is not leased and says how many")
        try require(try await broker.depth(of: "q").leased == 1, "purge leaves leased messages")
        try require(try await broker.depth(of: "other").ready == 1, "purge leaves other queues")
    }

    static let idempotentPublish = BrokerCheck { broker, _ in
        try await broker.publish([message("once")])
        try await broker.publish([message("once", body: "[[1],{},null]"), message("two")])
        let received = try await receive(broker)
        try require(received.map(\.message.id) == ["once", "two"], "an id that is there is ignored, the others are not")
        try await broker.publish([message("once")])
        try require(try await isIdle(broker), "a leased id is ignored too")
    }

    static let malformed = BrokerCheck { broker, _ in
        let garbage = WireMessage(
            id: "garbage", queue: "q", headers: [0xFF, 0x00, 0x7B], properties: [], body: [0x00, 0xC3, 0x28])
        try await broker.publish([garbage])
        try require(try await receive(broker).first?.message == garbage, "bytes are delivered as they came")
    }

    static let large = BrokerCheck { broker, _ in
        let big = message("big", body: "[[\"" + String(repeating: "x", count: 10 << 20) + "\"],{},null]")
        try await broker.publish([big])
        try require(try await receive(broker).first?.message == big, "a message of 10 MB is carried")
    }

    static let deadLetters = BrokerCheck { broker, clock in
        guard let broker = broker as? any DeadLetterBroker else { return }
        try await broker.publish([message("poison"), message("poison2")])
        let received = try await receive(broker)
        try await broker.settle(
            received.map { Settlement($0.receipt, .deadLetter(reason: .crashed, error: "it hurt")) })
        try require(try await broker.depth(of: "q").total == 0, "a dead letter is not in its queue")
        let letter = try await broker.deadLetter("poison")
        try require(letter?.reason == .crashed && letter?.error == "it hurt", "a dead letter tells reason and error")
        try require(letter?.attempts == 1 && letter?.message == message("poison"), "a dead letter keeps its message")
        try require(try await broker.deadLetters(limit: 1).map(\.id) == ["poison2"], "the latest dead letter is first")
        try require(try await broker.retryDeadLetters(["poison", "unknown"]) == 1, "retry says how many there were")
        try require(try await receive(broker).map(\.attempt) == [1], "a retried dead letter begins anew")
        try require(try await broker.discardDeadLetters(["poison2"]) == 1, "discard says how many there were")
        try require(try await broker.deadLetters(limit: 9).isEmpty, "a discarded dead letter is gone")
    }
}
