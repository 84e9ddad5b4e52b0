import Foundation

/// Fourth step: what the end of a run means.
struct Classification: Sendable {
    /// Celery's default for a retry whose task has no policy: 3 times, 180 s apart.
    static let defaultRetry = RetryPolicy.fixed(max: 3, delay: .seconds(180))

    /// The moment the run ended.
    let now: Date

    /// What the task has thrown on purpose goes before why it was cancelled, if that was a soft time limit: a task may
    /// catch that and ask for something.
    func classify(
        _ result: Result<JSONValue, any Error>, of job: Job, interruption: Interruption?,
        using generator: inout some RandomNumberGenerator
    ) -> Outcome {
        switch (result, interruption) {
        case (_, .leaseLost?): return .leaseLost
        case (.failure(let error as TimeLimitExceeded), _):
            return retry(job, Self.timeLimit("TimeLimitExceeded", error.seconds), nil, using: &generator)
        case (.success(let value), _): return .succeeded(value)
        case (.failure(let error as PoolError), _) where error.kind == .lost: return lost(error.failure, job)
        case (.failure(let error as PoolError), _) where error.kind == .timeLimit:
            return retry(job, error.failure, nil, using: &generator)
        case (.failure, .shutdown?): return stopped(job)
        case (.failure, .revoked?): return .revoked(hadStarted: true)
        case (.failure(let error), nil) where error is CancellationError && Task.isCancelled:
            return stopped(job)
        case (.failure, .timeLimit(let seconds)?):
            return retry(job, Self.timeLimit("TimeLimitExceeded", seconds), nil, using: &generator)
        case (.failure(let error), .softTimeLimit(let seconds)?):
            return wish(error, of: job, using: &generator)
                ?? retry(job, Self.timeLimit("SoftTimeLimitExceeded", seconds), nil, using: &generator)
        case (.failure(let error), nil):
            return wish(error, of: job, using: &generator) ?? classify(error, of: job, using: &generator)
        }
    }

    /// What a task asks for by an error of this module.
    private func wish(
        _ error: any Error, of job: Job, using generator: inout some RandomNumberGenerator
    ) -> Outcome? {
        switch error {
        case is HandBack: return stopped(job)
        case is Ignore: return .ignored
        case let wish as Replace: return .replaced(by: wish.canvas)
        case let snooze as Snooze: return .snoozed(until: snooze.date(from: now))
        case let reject as Reject: return .rejected(reason: reject.reason, requeue: reject.requeue)
        case let wish as Retry: return retry(job, wish, using: &generator)
        default: return nil
        }
    }

    private func classify(
        _ error: any Error, of job: Job, using generator: inout some RandomNumberGenerator
    ) -> Outcome {
        if let error = error as? TaskError, error.code == .argumentMismatch {
            return .failed(.invalidArguments(error.message), .invalidArguments)
        }
        if job.definition.options.expectedErrors.contains(error) { return .failedAsExpected(TaskFailure(error)) }
        return retry(job, TaskFailure(error), error, using: &generator)
    }

    /// A run that was cut short: handed back, or over when the broker has forgotten the message already.
    private func stopped(_ job: Job) -> Outcome {
        job.acknowledgesEarly ? .failed(.workerStopped, .crashed) : .handedBack
    }

    private func lost(_ failure: TaskFailure, _ job: Job) -> Outcome {
        let isLast = job.received.attempt >= job.definition.options.delivery.maxAttempts
        return isLast ? .failed(failure, .crashed) : .lost(failure)
    }

    /// A retry the task asks for: by its own policy where it says nothing else.
    private func retry(_ job: Job, _ wish: Retry, using generator: inout some RandomNumberGenerator) -> Outcome {
        let failure = TaskFailure(
            type: "Retry", message: wish.reason ?? "the task asked to be run again", module: "celery.exceptions")
        let policy = job.definition.options.retry.orDefault
        let retries = job.message.headers.retries
        let isAllowed = wish.maxRetries.map { retries < $0 } ?? policy.allows(retries)
        guard isAllowed else { return .failed(failure, .retriesExhausted) }
        if let eta = wish.eta { return .retrying(failure, at: eta) }
        let delay = wish.delay ?? policy.nextDelay(afterRetries: retries, using: &generator) ?? .seconds(180)
        return .retrying(failure, at: now.addingTimeInterval(delay.inSeconds))
    }

    /// A retry by the task's policy; `error` is `nil` for a time limit, which every policy covers.
    private func retry(
        _ job: Job, _ failure: TaskFailure, _ error: (any Error)?, using generator: inout some RandomNumberGenerator
    ) -> Outcome {
        let retries = job.message.headers.retries
        let policy = job.definition.options.retry
        if let error, !policy.covers(error) { return .failed(failure, .failed) }
        if let delay = policy.delay(afterRetries: retries, using: &generator) {
            return .retrying(failure, at: now.addingTimeInterval(delay.inSeconds))
        }
        return .failed(failure, retries > 0 ? .retriesExhausted : .failed)
    }

    private static func timeLimit(_ type: String, _ seconds: Double) -> TaskFailure {
        TaskFailure(type: type, message: "the task ran longer than \(seconds) s", module: "billiard.exceptions")
    }
}

extension RetryPolicy {
    /// The policy for retries a task asks for.
    fileprivate var orDefault: RetryPolicy { self == .none ? Classification.defaultRetry : self }
}
