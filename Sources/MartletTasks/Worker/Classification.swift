/// Fourth step: what the end of a run means.
struct Classification: Sendable {
    /// Celery's default for a retry whose task has no policy: 3 times, 180 s apart.
    static let defaultRetry = RetryPolicy.fixed(max: 3, delay: .seconds(180))

    func classify(
        _ result: Result<JSONValue, any Error>, of job: Job, interruption: Interruption?,
        using generator: inout some RandomNumberGenerator
    ) -> Outcome {
        switch (result, interruption) {
        case (.success(let value), _): return .succeeded(value)
        case (.failure(let error as PoolError), _) where error.kind == .lost: return lost(error.failure, job)
        case (.failure(let error as PoolError), _) where error.kind == .timeLimit:
            return retry(job, error.failure, using: &generator)
        case (.failure, .shutdown?): return .handedBack
        case (.failure(let error), nil) where error is CancellationError && Task.isCancelled: return .handedBack
        case (.failure, .timeLimit(let seconds)?):
            return retry(job, Self.timeLimit("TimeLimitExceeded", seconds), using: &generator)
        case (.failure, .softTimeLimit(let seconds)?):
            return retry(job, Self.timeLimit("SoftTimeLimitExceeded", seconds), using: &generator)
        case (.failure(let error), nil): return classify(error, of: job, using: &generator)
        }
    }

    private func classify(
        _ error: any Error, of job: Job, using generator: inout some RandomNumberGenerator
    ) -> Outcome {
        if let error = error as? TaskError, error.code == .argumentMismatch {
            return .failed(
                TaskFailure(type: "TypeError", message: error.message, module: "builtins"), .invalidArguments)
        }
        guard let wish = error as? Retry else { return retry(job, TaskFailure(error), using: &generator) }
        let failure = TaskFailure(
            type: "Retry", message: wish.reason ?? "the task asked to be run again", module: "celery.exceptions")
        let policy = job.definition.options.retry == .none ? Self.defaultRetry : job.definition.options.retry
        guard job.message.headers.retries < (wish.maxRetries ?? policy.maxRetries) else {
            return .failed(failure, .retriesExhausted)
        }
        let delay = wish.delay ?? policy.delay(afterRetries: job.message.headers.retries, using: &generator)
        return .retrying(failure, after: delay ?? .seconds(180))
    }

    private func lost(_ failure: TaskFailure, _ job: Job) -> Outcome {
        let isLast = job.received.attempt >= job.definition.options.delivery.maxAttempts
        return isLast ? .failed(failure, .crashed) : .lost(failure)
    }

    private func retry(
        _ job: Job, _ failure: TaskFailure, using generator: inout some RandomNumberGenerator
    ) -> Outcome {
        let retries = job.message.headers.retries
        if let delay = job.definition.options.retry.delay(afterRetries: retries, using: &generator) {
            return .retrying(failure, after: delay)
        }
        return .failed(failure, retries > 0 ? .retriesExhausted : .failed)
    }

    private static func timeLimit(_ type: String, _ seconds: Double) -> TaskFailure {
        TaskFailure(type: type, message: "the task ran longer than \(seconds) s", module: "billiard.exceptions")
    }
}
