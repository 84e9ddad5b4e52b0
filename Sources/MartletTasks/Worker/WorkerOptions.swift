/// How a worker works.
public struct WorkerOptions: Sendable, Hashable {
    /// The queues it serves; `nil` is the client's default queue and the queues of all registered tasks.
    public var queues: [String]?
    /// Where tasks run, and how many at once.
    public var pool: WorkerPool
    /// How long a message is leased; renewed at a third of it while the task runs.
    public var lease: Duration
    /// How long running tasks may go on after a request to stop; then they are cancelled and handed back.
    public var drainTimeout: Duration
    /// How often in a row the broker may fail before the worker gives up and ends with an error.
    public var maxBrokerFailures: Int

    /// Makes options; by default 8 tasks at once, leases of 30 s and a drain of at most 30 s.
    public init(
        queues: [String]? = nil,
        pool: WorkerPool = .concurrent(),
        lease: Duration = .seconds(30),
        drainTimeout: Duration = .seconds(30),
        maxBrokerFailures: Int = 10
    ) {
        self.queues = queues
        self.pool = pool
        self.lease = lease
        self.drainTimeout = drainTimeout
        self.maxBrokerFailures = maxBrokerFailures
    }

    func validate() throws(TaskError) {
        try pool.validate()
        guard lease >= .milliseconds(30) else {
            throw TaskError(.misconfigured, "a lease of \(lease) cannot be renewed in time; use at least 30 ms")
        }
        if let queues, queues.isEmpty {
            throw TaskError(.misconfigured, "a worker without queues receives nothing; name one or leave it out")
        }
    }
}
