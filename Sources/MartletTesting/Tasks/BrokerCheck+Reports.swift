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
    }
}
