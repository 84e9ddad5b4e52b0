import MartletTasks
import Synchronization

extension BrokerCheck {
    /// The promises about reports, each checked with an empty broker.
    static let reports = [report, afterFailure, afterSuccess]

    /// Checks that a report is one transaction.
    @Sendable private static func report(
        _ broker: any TransactionalBroker, _ results: any ResultBackend
    ) async throws {
        try require(broker.sharesStore(with: results), "a broker knows the result backend of its store")
        try await broker.publish([message("first")])
        let received = try await receive(broker)
        var report = Report(
            results: [TaskResult(taskID: "first", state: .success, value: 5)], messages: [message("second")],
            settlement: Settlement(received[0].receipt, .acknowledge))
        report.counts.done = 1
        try await broker.commit(report)
        let stored = try await results.fetch(["first"])
        try require(stored["first"]?.value == 5, "a report stores its results")
        let next = try await receive(broker, "a report publishes its messages")
        try require(next.map(\.message.id) == ["second"], "a report ends its delivery and publishes its messages")
        if let broker = broker as? any StatisticsBroker {
            try require(try await broker.statistics().done == 1, "a report is counted")
        }
        if let broker = broker as? any CollectingBroker { try await collected(next[0], by: broker, results) }
    }

    /// Checks that a chain goes on whose later step has failed with an earlier one.
    @Sendable private static func afterFailure(
        _ broker: any TransactionalBroker, _ results: any ResultBackend
    ) async throws {
        let failed = ["first", "second"].map { TaskResult(taskID: $0, state: .failure) }
        try await end("first", of: broker, results: failed)
        try await end("again", of: broker, messages: [message("second")])
        let next = try await receive(broker, "a report publishes a message though a failure of its task is stored")
        let report = Report(
            results: [TaskResult(taskID: "second", state: .success, value: 7)],
            settlement: Settlement(next[0].receipt, .acknowledge))
        try await broker.commit(report)
        let stored = try await results.fetch(["second"])
        try require(stored["second"]?.value == 7, "the success of that task takes the place of its failure")
    }

    /// Checks that what has succeeded is not run again.
    @Sendable private static func afterSuccess(
        _ broker: any TransactionalBroker, _ results: any ResultBackend
    ) async throws {
        try await end("second", of: broker, results: [TaskResult(taskID: "second", state: .success)])
        try await end("first", of: broker, messages: [message("second")])
        try require(
            try await broker.depth(of: "q").total == 0,
            "a report leaves out a message when a success of its task is stored")
    }

    /// Publishes a message and reports its end.
    private static func end(
        _ id: String, of broker: any TransactionalBroker, results: [TaskResult] = [], messages: [WireMessage] = []
    ) async throws {
        try await broker.publish([message(id)])
        let received = try only(try await receive(broker), "the message can be received")
        try await broker.commit(
            Report(results: results, messages: messages, settlement: Settlement(received.receipt, .acknowledge)))
    }

    /// Checks a report that nobody waits for.
    private static func collected(
        _ received: ReceivedMessage, by broker: any CollectingBroker, _ results: any ResultBackend
    ) async throws {
        var report = Report(
            results: [TaskResult(taskID: "second", state: .success, value: 6)],
            settlement: Settlement(received.receipt, .acknowledge))
        report.counts.done = 1
        let answers = Answers()
        broker.commit(report, answer: answers.add, to: answers)
        try require(await answers.all().map { $0 == nil } == [true], "a report that nobody waits for is answered once")
        let stored = try await results.fetch(["second"])
        try require(stored["second"]?.value == 6, "a report that nobody waits for stores its results")
        try require(try await broker.depth(of: received.message.queue).total == 0, "and ends its delivery")
        if let broker = broker as? any StatisticsBroker {
            try require(try await broker.statistics().done == 2, "and is counted")
        }
    }
}

/// Takes the answers to one report.
private final class Answers: ReportReceiver {
    private struct State {
        var answers: [(any Error)?] = []
        var isComplete = false
        var waiter: CheckedContinuation<[(any Error)?], Never>?
    }

    private let state = Mutex(State())

    func add(_ answer: (any Error)?) { state.withLock { $0.answers.append(answer) } }

    func answersWereGiven() {
        let (waiter, answers) = state.withLock { state in
            state.isComplete = true
            return (state.waiter, state.answers)
        }
        waiter?.resume(returning: answers)
    }

    /// Waits until they are complete.
    func all() async -> [(any Error)?] {
        await withCheckedContinuation { continuation in
            let answers = state.withLock { state -> [(any Error)?]? in
                if !state.isComplete { state.waiter = continuation }
                return state.isComplete ? state.answers : nil
            }
            if let answers { continuation.resume(returning: answers) }
        }
    }
}
