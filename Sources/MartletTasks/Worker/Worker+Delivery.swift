import Logging
import Synchronization

extension Worker {
    /// Takes one delivery through all steps.
    func process(_ received: ReceivedMessage, interruption: Signal<Interruption>) async {
        var job: Job?
        do {
            let outcome = try await outcome(of: received, interruption: interruption, job: &job)
            log(outcome, of: received, job)
            let counted = try await reporting.report(outcome, of: received, job)
            counts.withLock { $0 = $0 + counted }
        } catch {
            // The lease is not renewed any more, so the broker will deliver the message again.
            logger.error(
                "a delivery could not be reported and will be repeated",
                metadata: ["task_id": "\(received.message.id)", "error": "\(error)"])
        }
    }

    private func outcome(
        of received: ReceivedMessage, interruption: Signal<Interruption>, job: inout Job?
    ) async throws -> Outcome {
        if interruption.current == .shutdown { return .handedBack }
        switch Decoding(registry: registry).decode(received) {
        case .end(let outcome): return outcome
        case .next(let decoded): job = decoded
        }
        guard let decoded = job else { return .handedBack }
        if case .end(let outcome) = try await Admission(results: client.results, time: client.time).admit(decoded) {
            return outcome
        }
        if decoded.acknowledgesEarly {
            try await client.broker.settle([Settlement(received.receipt, .acknowledge)])
        }
        let result = await pool.run(decoded, interruption: interruption)
        if pool.failure != nil { stop() }
        var generator = SystemRandomNumberGenerator()
        return Classification().classify(
            result, of: decoded, interruption: interruption.current, using: &generator)
    }

    private var reporting: Reporting {
        Reporting(
            broker: client.broker, results: client.results, time: client.time,
            followUps: FollowUps(
                results: client.results, time: client.time, defaultQueue: client.options.defaultQueue))
    }

    private func log(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?) {
        if case .succeeded = outcome, logger.logLevel > .info { return }
        var metadata: Logger.Metadata = ["task_id": "\(received.message.id)"]
        if let job { metadata["task"] = "\(job.message.task)" }
        if let id = job?.message.headers.requestID { metadata["request_id"] = "\(id)" }
        switch outcome {
        case .succeeded: logger.info("task succeeded", metadata: metadata)
        case .alreadySucceeded: logger.info("task had succeeded already", metadata: metadata)
        case .expired: logger.info("task expired", metadata: metadata)
        case .handedBack: logger.info("task handed back", metadata: metadata)
        case .lost(let failure):
            metadata["error"] = "\(failure)"
            logger.error("task lost its process and will be run again", metadata: metadata)
        case .retrying(let failure, let delay):
            metadata["error"] = "\(failure)"
            metadata["delay"] = "\(delay)"
            logger.warning("task will be retried", metadata: metadata)
        case .failed(let failure, let reason):
            metadata["error"] = "\(failure)"
            metadata["reason"] = "\(reason)"
            logger.error("task failed", metadata: metadata)
        }
    }
}
