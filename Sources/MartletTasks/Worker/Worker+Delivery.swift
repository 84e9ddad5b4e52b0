import Logging
import Synchronization

/// How far the end of a delivery is.
enum DeliveryEnding: Sendable {
    /// The broker has been told, or could not be.
    case over
    /// The broker is being told.
    case reporting
}

extension Worker {
    /// Takes one delivery through all steps.
    func process(_ received: ReceivedMessage, interruption: Signal<Interruption>) async -> DeliveryEnding {
        if let outcome = notStarted(interruption) { return await report(outcome, of: received, nil) }
        switch Decoding(registry: registry, content: content, stopping: stopping).decode(received) {
        case .end(let outcome): return await report(outcome, of: received, nil)
        case .next(let job):
            // Noted before it is admitted: a revocation is seen by one or the other.
            held.decoded(job)
            return await process(job, interruption: interruption)
        }
    }

    private func process(_ job: Job, interruption: Signal<Interruption>) async -> DeliveryEnding {
        do {
            if case .end(let outcome) = try await admission.admit(job) {
                return await report(outcome, of: job.received, job)
            }
            if let outcome = notStarted(interruption) { return await report(outcome, of: job.received, job) }
            if job.acknowledgesEarly {
                try await client.broker.settle([Settlement(job.received.receipt, .acknowledge)])
                held.settled(job.received.receipt)
            }
        } catch {
            logUnreported(job.received, job, error)
            return .over
        }
        return await run(job, interruption: interruption)
    }

    /// What becomes of a delivery that must not be started any more.
    private func notStarted(_ interruption: Signal<Interruption>) -> Outcome? {
        switch interruption.current {
        case .shutdown?: .handedBack
        case .leaseLost?: .leaseLost
        default: nil
        }
    }

    /// Runs the task and reports its end, which comes before the end of the run if that is stuck.
    private func run(_ job: Job, interruption: Signal<Interruption>) async -> DeliveryEnding {
        let measured = beginMeasuring(job)
        defer {
            measured?.leave()
            if pool.failure != nil { stop() }
        }
        held.started(job, at: client.time.now)
        let pool = pool
        guard let seconds = job.timeLimit, !pool.endsRunsAtTheirTimeLimit else {
            return await report(await pool.run(job, interruption: interruption), of: job, interruption)
        }
        let limit = HardTimeLimit(seconds: seconds, time: client.time)
        var (ending, wasStuck) = (DeliveryEnding.over, false)
        await limit.hold(interruption) {
            await pool.run(job, interruption: interruption)
        } report: { result, isStuck in
            ending = await report(result, of: job, interruption)
            wasStuck = isStuck
            if isStuck { noteStuck(job) }
        }
        if wasStuck { noteUnstuck(job) }
        return ending
    }

    private func report(
        _ result: Result<JSONValue, any Error>, of job: Job, _ interruption: Signal<Interruption>
    ) async -> DeliveryEnding {
        if tellsEnds { job.run.end() }
        var generator = client.options.random
        let isLost = held.isLost(job.received.receipt)
        let outcome = Classification(now: client.time.now).classify(
            result, of: job, interruption: isLost ? .leaseLost : interruption.current, using: &generator)
        if beginReport(outcome, of: job) { return .reporting }
        return await report(outcome, of: job.received, job)
    }

    @discardableResult
    func report(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?) async -> DeliveryEnding {
        log(outcome, of: received, job)
        do {
            let (counted, outcome) = try await reporting.report(outcome, of: received, job)
            counts.withLock { $0 = $0 + counted }
            held.settled(received.receipt)
            if tellsEnds { await tell(outcome, of: received, job) }
        } catch {
            logUnreported(received, job, error)
        }
        return .over
    }
}
