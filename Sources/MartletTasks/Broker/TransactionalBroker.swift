/// A broker that can report a finished task in one transaction: result, what follows, and the end of the delivery.
public protocol TransactionalBroker: Broker {
    /// Whether results stored by this backend are in the same store as the messages.
    func sharesStore(with results: any ResultBackend) -> Bool

    /// Does everything a report says, all or nothing.
    ///
    /// Workers call it in the place of ``ResultBackend/store(_:)``, ``Broker/publish(_:)`` and ``Broker/settle(_:)``
    /// when the stores are one.
    func commit(_ report: Report) async throws
}

/// A broker that takes reports without making anybody wait, so that many of them share a transaction.
package protocol CollectingBroker: TransactionalBroker {
    /// Begins what ``TransactionalBroker/commit(_:)`` does, and calls `answer` once it is done or has failed.
    ///
    /// When the answers to all reports of a transaction were given, `receiver` is told. Both happen on a thread of the
    /// broker's, which does nothing else meanwhile: they should be short.
    func commit(
        _ report: Report, answer: @escaping @Sendable ((any Error)?) -> Void, to receiver: any ReportReceiver)
}

/// Who has given reports to a ``CollectingBroker``.
package protocol ReportReceiver: AnyObject, Sendable {
    /// Some answers were given.
    ///
    /// To wake somebody for each of them would take longer than most reports do.
    func answersWereGiven()
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
