import Foundation
import MartletTasks
import Synchronization

/// One promise and how it is checked.
struct BrokerCheck: Sendable {
    let run: @Sendable (any Broker, BrokerScene) async throws -> Void

    static let all = receiving + settling + time + content + deadLetters + capabilities

    static let receiving = [order, priority, queues, waiting, cancelling, concurrent]
    static let settling = [
        acknowledging, requeueing, redelivering, deferring, replacing, handingOver, lostLease, renewedLease,
        lostReceipts,
    ]
    static let time = [delayed, expired, clockForward, clockBack]
    static let content = [depthAndPurge, idempotentPublish, publishedAt, malformed, large]
    static let deadLetters = [deadLetter, deadLetterFilters, deadLetterRetry, deadLetterRetention]
    static let capabilities =
        [statistics, revoking, revokingStamps, watchingRevocations, pausing, resuming, checkpoints]
        + [concurrencyLimit, limitAfterLostLease, limitWithoutRun, changedLimit, severalLimits]
        + [rateLimit, lateStarts]
        + [uniqueUntilDone, uniqueUntilStarted, uniqueForAPeriod, uniqueHandOver, uniqueDeadLetter]
}

/// The time of one check: a clock that stands still, and a date that can be put forward or back as an administrator does.
final class BrokerScene: Sendable {
    let clock = VirtualClock()
    private let skew = Mutex(0.0)

    var time: TimeSource { TimeSource(clock: clock) { self.now } }
    var now: Date { clock.date.addingTimeInterval(skew.withLock(\.self)) }

    func advance(by duration: Duration) { clock.advance(by: duration) }
    func putDate(by seconds: TimeInterval) { skew.withLock { $0 += seconds } }
}

extension BrokerCheck {
    static func message(
        _ id: String, queue: String = "q", priority: Int = 0, eta: Date? = nil, task: String = "t",
        body: String = "[[],{},null]"
    ) -> WireMessage {
        WireMessage(
            id: id, queue: queue, priority: priority, eta: eta,
            headers: Array(#"{"task":"\#(task)","id":"\#(id)"}"#.utf8),
            properties: Array("{}".utf8), body: Array(body.utf8))
    }

    /// Receives what is ready; when nothing is, `promise` is broken.
    static func receive(
        _ broker: any Broker, _ limit: Int = 10, queues: [String] = ["q"], lease: Duration = .seconds(30),
        _ promise: String = "what is published can be received"
    ) async throws -> [ReceivedMessage] {
        var ready = 0
        for queue in queues { ready += try await broker.depth(of: queue).ready }
        try require(ready > 0, "\(promise), but no message is ready")
        return try await within(.seconds(60), promise) {
            try await broker.receive(from: queues, limit: limit, lease: lease)
        }
    }

    /// Receives what is ready; when nothing is, `promise` is broken.
    static func receive(_ broker: any Broker, _ promise: String) async throws -> [ReceivedMessage] {
        try await receive(broker, 10, promise)
    }

    /// What an operation returns; when it takes longer than any broker may, `promise` is broken.
    static func within<Value: Sendable>(
        _ patience: Duration, _ promise: String, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await Task.sleep(for: patience)
                throw ConformanceFailure("\(promise), but nothing happened for \(patience)")
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    static func settle(
        _ broker: any Broker, _ received: [ReceivedMessage], _ disposition: Settlement.Disposition
    ) async throws {
        try await broker.settle(received.map { Settlement($0.receipt, disposition) })
    }

    /// Whether nothing can be received now.
    static func isIdle(_ broker: any Broker) async throws -> Bool { try await broker.depth(of: "q").ready == 0 }

    /// The only element, or a broken promise.
    static func only(_ received: [ReceivedMessage], _ promise: String) throws -> ReceivedMessage {
        guard received.count == 1, let first = received.first else {
            throw ConformanceFailure("\(promise), but got \(received.map(\.message.id))")
        }
        return first
    }
}
