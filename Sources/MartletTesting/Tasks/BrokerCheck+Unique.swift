import Foundation
import MartletTasks

extension BrokerCheck {
    private static func locked(
        _ id: String, _ release: UniqueLock.Release, _ scene: BrokerScene
    ) -> WireMessage {
        var message = message(id)
        message.uniqueLock = UniqueLock(key: "k", release: release, expires: scene.now.addingTimeInterval(60))
        return message
    }

    static let uniqueUntilDone = BrokerCheck { broker, scene in
        guard let broker = broker as? any UniqueBroker else { return }
        let first = locked("first", .done, scene)
        try require(try await broker.publishUnique([first]).isEmpty, "a free lock is taken")
        try require(try await broker.publishUnique([first]).isEmpty, "a message sent again is not refused by itself")
        let refused = try await broker.publishUnique([locked("second", .done, scene), message("other")])
        try require(refused == ["second": "first"], "a message whose lock is held is refused, but got \(refused)")
        try await broker.publish([locked("third", .done, scene)])
        var received = try await receive(broker)
        try require(received.map(\.message.id) == ["first", "other"], "a refused message is not there")
        try require(received[0].message == first, "a message comes with its lock")
        try await settle(broker, received, .replace(message("first")))
        try require(try await !broker.publishUnique([locked("x", .done, scene)]).isEmpty, "a retry keeps the lock")
        received = try await receive(broker)
        try await settle(broker, received, .acknowledge)
        try require(
            try await broker.publishUnique([locked("next", .done, scene)]).isEmpty, "a task that is done frees it")
        scene.advance(by: .seconds(61))
        try require(try await broker.publishUnique([locked("late", .done, scene)]).isEmpty, "an expired lock is free")
        try require(try await broker.releaseUniqueLock("k"), "a lock can be freed by hand")
        try require(try await !broker.releaseUniqueLock("k"), "a free lock is not held")
    }

    static let uniqueUntilStarted = BrokerCheck { broker, scene in
        guard let broker = broker as? any UniqueBroker else { return }
        try await broker.publish([locked("first", .started, scene)])
        try require(
            try await broker.publishUnique([locked("x", .started, scene)]) == ["x": "first"],
            "a message that waits in its queue holds its lock")
        let received = try await receive(broker)
        try require(
            try await broker.publishUnique([locked("second", .started, scene)]).isEmpty,
            "a message that is handed out frees the lock it holds until it has started")
        try await settle(broker, received, .acknowledge)
        try require(
            try await broker.publishUnique([locked("x", .started, scene)]) == ["x": "second"],
            "the end of one message leaves the lock of another")
        try require(try await broker.purge("q") == 1, "purge drops messages with locks")
        try require(try await broker.publishUnique([locked("x", .started, scene)]).isEmpty, "purge frees locks")
    }

    static let uniqueForAPeriod = BrokerCheck { broker, scene in
        guard let broker = broker as? any UniqueBroker else { return }
        try await broker.publish([locked("first", .expired, scene)])
        try await settle(broker, receive(broker), .acknowledge)
        try require(
            try await broker.publishUnique([locked("x", .expired, scene)]) == ["x": "first"],
            "a lock for a period outlives its message")
        scene.advance(by: .seconds(61))
        try await broker.cleanUp()
        try require(
            try await broker.publishUnique([locked("x", .expired, scene)]).isEmpty, "a lock for a period expires")
    }

    static let uniqueHandOver = BrokerCheck { broker, scene in
        guard let broker = broker as? any UniqueBroker else { return }
        try await broker.publish([locked("first", .done, scene)])
        try await settle(broker, receive(broker), .handOver(to: [message("part")]))
        try require(
            try await broker.publishUnique([locked("x", .done, scene)]).isEmpty,
            "a message that is handed over frees its lock")
    }

    static let uniqueDeadLetter = BrokerCheck { broker, scene in
        guard let broker = broker as? any UniqueBroker & DeadLetterBroker else { return }
        try await broker.publish([locked("dead", .done, scene)])
        try await settle(broker, receive(broker), .deadLetter(reason: .failed, error: "no"))
        try require(
            try await broker.publishUnique([locked("next", .done, scene)]).isEmpty, "a dead letter frees its lock")
        try require(try await broker.retryDeadLetters(["dead"]) == 0, "a dead letter whose lock is held is not retried")
        try require(try await broker.deadLetters(limit: 9).count == 1, "a dead letter whose lock is held stays")
        try await settle(broker, receive(broker), .acknowledge)
        try require(try await broker.retryDeadLetters(["dead"]) == 1, "a dead letter whose lock is free is retried")
        try require(
            try await broker.publishUnique([locked("x", .done, scene)]) == ["x": "dead"],
            "a retried dead letter takes its lock again")
    }
}
