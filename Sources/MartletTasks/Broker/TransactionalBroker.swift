/// A broker that can report a finished task in one transaction: result, what follows, and the end of the delivery.
public protocol TransactionalBroker: Broker {
    /// Whether results stored by this backend are in the same store as the messages.
    func sharesStore(with results: any ResultBackend) -> Bool

    /// Does everything a report says, all or nothing.
    ///
    /// Workers call it in the place of ``ResultBackend/store(_:)``, ``Broker/publish(_:)`` and ``Broker/settle(_:)``
    /// when the stores are one. A message of a task whose success is stored is left out. One whose failure is stored is
    /// not: the later steps of a chain have failed with an earlier one, which succeeds when it is sent again.
    func commit(_ report: Report) async throws
}

/// Everything a finished delivery changes.
public struct Report: Sendable, Hashable {
    /// Results to store.
    public var results: [TaskResult]
    /// Messages to publish.
    public var messages: [WireMessage]
    /// The end of the delivery.
    public var settlement: Settlement
    /// What it counts as, for brokers that are a ``StatisticsBroker`` too.
    public var counts = WorkerReport()

    /// Makes a report.
    public init(results: [TaskResult] = [], messages: [WireMessage] = [], settlement: Settlement) {
        self.results = results
        self.messages = messages
        self.settlement = settlement
    }
}
