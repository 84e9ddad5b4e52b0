/// Second step: whether the task is to be run at all, and now.
struct Admission: Sendable {
    let results: any ResultBackend
    let time: TimeSource
    let rates: RateLimiter
    // What the broker can do, asked once: a cast for each task costs more than most of the answers.
    private let revoking: (any RevokingBroker)?
    private let limiting: (any LimitingBroker)?

    init(broker: any Broker, results: any ResultBackend, time: TimeSource, rates: RateLimiter) {
        self.results = results
        self.time = time
        self.rates = rates
        revoking = broker as? any RevokingBroker
        limiting = broker as? any LimitingBroker
    }

    /// Tasks that have ended, expired, are revoked or have crashed too many workers are not run; what exceeds a limit
    /// comes again later.
    func admit(_ job: Job) async throws -> Step<Job> {
        if let outcome = try await succeeded(job) { return .end(outcome) }
        if let expires = job.message.headers.expires, expires <= time.now { return .end(.expired) }
        if try await isRevoked(job) { return .end(.revoked(hadStarted: false)) }
        let crashes = job.received.attempt - 1
        let maxAttempts = job.definition.options.delivery.maxAttempts
        if maxAttempts > 0, crashes >= maxAttempts {
            return .end(.failed(.workerLost(attempts: crashes), .crashed))
        }
        if let outcome = try await limited(job) { return .end(outcome) }
        return .next(job)
    }

    private func succeeded(_ job: Job) async throws -> Outcome? {
        guard job.isRepeated || job.message.headers.mayBeRepeated,
            let result = try await results.fetch([job.message.id])[job.message.id], result.state == .success
        else { return nil }
        return .alreadySucceeded(result)
    }

    private func isRevoked(_ job: Job) async throws -> Bool {
        guard let revoking else { return false }
        return try await revoking.revocation(of: job.message.id, stamps: job.message.headers.stamps) != nil
    }

    /// This worker's own limit first: when the broker has granted a start, it is used.
    private func limited(_ job: Job) async throws -> Outcome? {
        let options = job.definition.options
        if let limit = options.rateLimit,
            let moment = rates.start(job.message.id, of: job.message.task, limit: limit, at: time.now)
        {
            return .deferred(until: moment)
        }
        guard !options.limits.isEmpty, let limiting else { return nil }
        let limits: [KeyedLimit]
        do throws(TaskError) {
            let arguments = try job.definition.bind(job.message)
            limits = options.limits.map { $0.keyed(job.message.task, arguments) }
        } catch {
            return .failed(.invalidArguments(error.message), .invalidArguments)
        }
        let decision = try await limiting.acquire(limits, for: job.received.receipt)
        return decision == .granted ? nil : .limited(decision)
    }
}
