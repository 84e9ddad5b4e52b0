import MartletTasks

extension BrokerCheck {
    /// Checks that a report is one transaction.
    static func report(_ broker: any TransactionalBroker, _ results: any ResultBackend, _ scene: BrokerScene)
        async throws
    {
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

    /// Checks a report that nobody waits for.
    private static func collected(
        _ received: ReceivedMessage, by broker: any CollectingBroker, _ results: any ResultBackend
    ) async throws {
        var report = Report(
            results: [TaskResult(taskID: "second", state: .success, value: 6)],
            settlement: Settlement(received.receipt, .acknowledge))
        report.counts.done = 1
        let error = await withCheckedContinuation { answer in
            broker.commit(report) { answer.resume(returning: $0) }
        }
        try require(error == nil, "a report that nobody waits for is done")
        let stored = try await results.fetch(["second"])
        try require(stored["second"]?.value == 6, "a report that nobody waits for stores its results")
        try require(try await broker.depth(of: received.message.queue).total == 0, "and ends its delivery")
        if let broker = broker as? any StatisticsBroker {
            try require(try await broker.statistics().done == 2, "and is counted")
        }
    }
}
