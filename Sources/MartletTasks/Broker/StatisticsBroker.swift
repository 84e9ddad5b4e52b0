/// A broker that adds up what workers have done, for other processes to read.
public protocol StatisticsBroker: Broker {
    /// Adds to the totals.
    func add(_ counts: WorkerReport) async throws

    /// The totals of all workers since the store was made.
    func statistics() async throws -> WorkerReport
}

/// How many tasks a worker, or all of them, have ended in which way.
public struct WorkerReport: Sendable, Hashable, Codable {
    /// Succeeded.
    public var done = 0
    /// Failed for good.
    public var failed = 0
    /// Runs that ended with a retry.
    public var retried = 0
    /// Deliveries taken over from a worker that died.
    public var recovered = 0
    /// Messages that went to the dead letters; failed tasks are among them.
    public var deadLettered = 0
    /// Dropped because they had expired.
    public var expired = 0

    /// Makes a report of zeros.
    public init() {}

    /// The sum of two reports.
    public static func + (left: WorkerReport, right: WorkerReport) -> WorkerReport {
        var sum = left
        sum.done += right.done
        sum.failed += right.failed
        sum.retried += right.retried
        sum.recovered += right.recovered
        sum.deadLettered += right.deadLettered
        sum.expired += right.expired
        return sum
    }
}
