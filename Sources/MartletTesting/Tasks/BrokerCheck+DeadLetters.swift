import Foundation
import MartletTasks

extension BrokerCheck {
    /// Makes dead letters of messages, one after the other.
    private static func bury(
        _ broker: any DeadLetterBroker, _ messages: [WireMessage], reason: DeadLetter.Reason = .crashed,
        error: String = "it hurt"
    ) async throws {
        for message in messages {
            try await broker.publish([message])
            let received = try await receive(broker, queues: [message.queue])
            try await settle(broker, received, .deadLetter(reason: reason, error: error))
        }
    }

    static let deadLetter = BrokerCheck { broker, scene in
        guard let broker = broker as? any DeadLetterBroker else { return }
        try await bury(broker, [message("poison"), message("poison2")])
        try require(try await broker.depth(of: "q").total == 0, "a dead letter is not in its queue")
        let letter = try await broker.deadLetter("poison")
        try require(letter?.reason == .crashed && letter?.error == "it hurt", "a dead letter tells reason and error")
        try require(letter?.attempts == 1 && letter?.message == message("poison"), "a dead letter keeps its message")
        try require(
            letter.map { abs($0.diedAt.timeIntervalSince(scene.now)) < 1 } == true, "a dead letter tells when it died")
        try require(try await broker.deadLetters(limit: 1).map(\.id) == ["poison2"], "the latest dead letter is first")
        try require(try await broker.discardDeadLetters(["poison2"]) == 1, "discard says how many there were")
        try require(try await broker.deadLetters(limit: 9).map(\.id) == ["poison"], "a discarded dead letter is gone")
    }

    static let deadLetterFilters = BrokerCheck { broker, scene in
        guard let broker = broker as? any DeadLetterBroker else { return }
        try await bury(broker, [message("a", task: "alpha")], reason: .failed, error: "disk is 100% full")
        scene.advance(by: .seconds(60))
        try await bury(broker, [message("b", queue: "other", task: "beta")])
        let middle = scene.now.addingTimeInterval(-30)
        let filters: [(DeadLetterFilter, [String])] = [
            (.all, ["b", "a"]), (.ids(["a", "x"]), ["a"]), (.init(task: "beta"), ["b"]), (.init(queue: "q"), ["a"]),
            (.init(reason: .failed), ["a"]), (.init(error: "100% f"), ["a"]), (.init(since: middle), ["b"]),
            (.init(before: middle), ["a"]), (.init(task: "alpha", queue: "other"), []), (.ids([]), []),
        ]
        for (filter, expected) in filters {
            let ids = try await broker.deadLetters(matching: filter, limit: 9).map(\.id)
            try require(ids == expected, "dead letters are filtered by \(filter), but got \(ids)")
        }
        let discarded = try await broker.discardDeadLetters(matching: .init(queue: "q"))
        try require(discarded == 1, "dead letters are discarded by filter")
        try require(try await broker.deadLetters(limit: 9).map(\.id) == ["b"], "a filter spares the others")
    }

    static let deadLetterRetry = BrokerCheck { broker, _ in
        guard let broker = broker as? any DeadLetterBroker else { return }
        try await bury(broker, [message("x"), message("y")])
        try require(try await broker.retryDeadLetters(["x", "unknown"]) == 1, "retry says how many there were")
        let again = try await receive(broker, "a retried dead letter comes again")
        try require(again.map(\.attempt) == [1], "a retried dead letter begins anew")
        try require(try await broker.deadLetters(limit: 9).map(\.id) == ["y"], "a retried dead letter is none any more")
        try await settle(broker, again, .acknowledge)
        let edited = message("y", body: "[[7],{},null]")
        try require(try await broker.retryDeadLetter("y", as: edited), "an edited dead letter is sent")
        try require(try await !broker.retryDeadLetter("y", as: edited), "what is no dead letter is not sent")
        let changed = try await receive(broker, "an edited dead letter comes again")
        try require(changed.map(\.message) == [edited], "an edited dead letter comes as it was edited, once")
    }

    static let deadLetterRetention = BrokerCheck { broker, scene in
        guard let broker = broker as? any DeadLetterBroker else { return }
        try await bury(broker, [message("young")])
        scene.advance(by: .seconds(86_400))
        try await broker.cleanUp()
        try require(try await broker.deadLetters(limit: 9).count == 1, "a dead letter is kept longer than a day")
        scene.advance(by: .seconds(400 * 86_400))
        try await broker.cleanUp()
        try require(try await broker.deadLetters(limit: 9).isEmpty, "dead letters are not kept longer than a year")
    }
}
