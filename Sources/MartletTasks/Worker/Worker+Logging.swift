import Logging
import Synchronization

extension Worker {
    /// One line for each delivery.
    func log(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?) {
        var metadata: Logger.Metadata = [:]
        let (level, message) = outcome.logLine(&metadata)
        guard logger.logLevel <= level else { return }
        metadata.merge(logMetadata(of: received, job)) { own, _ in own }
        logger.log(level: level, message, metadata: metadata)
    }

    /// The lease is not renewed any more, so the broker will deliver the message again.
    func logUnreported(_ received: ReceivedMessage, _ job: Job?, _ error: any Error) {
        var metadata = logMetadata(of: received, job)
        metadata["error"] = "\(error)"
        logger.error("a delivery could not be reported and will be repeated", metadata: metadata)
    }

    /// What every line about a delivery says; of one that cannot be read only the id.
    func logMetadata(of received: ReceivedMessage, _ job: Job?) -> Logger.Metadata {
        if let job { return job.logMetadata }
        let headers = try? received.message.readHeaders()
        return headers?.logMetadata ?? ["task_id": .string(received.message.id)]
    }

    /// How many runs have outlived their hard time limit and still hold their place; see ``HardTimeLimit``.
    var stuckCount: Int { stuck.withLock(\.self) }

    func noteStuck(_ job: Job) {
        let count = stuck.withLock { stuck in
            stuck += 1
            return stuck
        }
        var metadata = job.logMetadata
        metadata["stuck"] = "\(count)"
        logger.error("task ignores its time limit and keeps its place until it ends", metadata: metadata)
    }

    func noteUnstuck(_ job: Job) {
        stuck.withLock { $0 -= 1 }
        logger.notice("task that ignored its time limit has ended", metadata: job.logMetadata)
    }
}

extension Job {
    /// What every line about it says.
    var logMetadata: Logger.Metadata { message.headers.logMetadata }
}

extension TaskHeaders {
    /// What every line about the task says.
    var logMetadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "task": .string(task), "task_id": .string(id), "root_id": .string(rootID ?? id),
        ]
        if let requestID { metadata["request_id"] = .string(requestID) }
        return metadata
    }
}

extension Outcome {
    /// The line that tells of it; what it has to say beyond that is added to the metadata.
    fileprivate func logLine(_ metadata: inout Logger.Metadata) -> (Logger.Level, Logger.Message) {
        switch self {
        case .succeeded: return (.info, "task succeeded")
        case .alreadySucceeded: return (.info, "task had succeeded already")
        case .ignored: return (.info, "task ignored")
        case .replaced(let canvas):
            metadata["by"] = "\(canvas.calls.map(\.task).joined(separator: ", ").prefix(200))"
            return (.info, "task replaced")
        case .expired: return (.info, "task expired")
        case .handedBack: return (.info, "task handed back")
        case .leaseLost: return (.warning, "task lost its lease and was cancelled; another worker may have it")
        case .revoked(let hadStarted): return (.info, hadStarted ? "task terminated" : "task revoked")
        case .limited(let decision):
            if case .deferred(let moment) = decision { metadata["next_run"] = "\(ISODate.text(of: moment))" }
            return (.debug, "task waits for its limit")
        case .deferred(let moment):
            metadata["next_run"] = "\(ISODate.text(of: moment))"
            return (.debug, "task waits for its turn")
        case .snoozed(let moment):
            metadata["next_run"] = "\(ISODate.text(of: moment))"
            return (.info, "task snoozed")
        case .retrying(let failure, let moment):
            metadata["error"] = "\(failure)"
            metadata["next_run"] = "\(ISODate.text(of: moment))"
            return (.warning, "task will be retried")
        case .lost(let failure):
            metadata["error"] = "\(failure)"
            return (.error, "task lost its process and will be run again")
        case .rejected(let reason, let requeue):
            metadata["reason"] = "\(reason)"
            return (.warning, requeue ? "task rejected and requeued" : "task rejected")
        case .failedAsExpected(let failure):
            metadata["error"] = "\(failure)"
            return (.info, "task failed as expected")
        case .failed(let failure, let reason):
            metadata["error"] = "\(failure)"
            metadata["reason"] = "\(reason)"
            return (.error, "task failed")
        }
    }
}
