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
