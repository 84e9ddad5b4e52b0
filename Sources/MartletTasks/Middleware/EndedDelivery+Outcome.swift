import Foundation

extension EndedDelivery {
    /// Tells an outcome to those outside of the module.
    init(_ outcome: Outcome, of received: ReceivedMessage, _ job: Job?, content: ContentRegistry) {
        let parts = outcome.parts
        self.init(
            message: job?.message ?? (try? TaskMessage(wire: received.message, content: content)),
            id: received.message.id, queue: received.message.queue, attempt: received.attempt, outcome: outcome.kind,
            value: parts.value, failure: parts.failure, nextRun: parts.nextRun, replacement: outcome.replacement,
            deadLetter: outcome.deadLetter, runTime: job?.run.runTime)
    }
}

extension Outcome {
    /// The word for it.
    var kind: DeliveryOutcome {
        switch self {
        case .succeeded: .succeeded
        case .alreadySucceeded: .alreadySucceeded
        case .failed: .failed
        case .failedAsExpected: .failedAsExpected
        case .lost: .lost
        case .retrying: .retried
        case .snoozed: .snoozed
        case .ignored: .ignored
        case .replaced: .replaced
        case .rejected(_, let requeue): requeue ? .requeued : .rejected
        case .expired: .expired
        case .revoked: .revoked
        case .deferred, .limited: .deferred
        case .handedBack: .handedBack
        case .leaseLost: .leaseLost
        }
    }

    /// Why it makes a dead letter of the message, if it does.
    var deadLetter: DeadLetter.Reason? {
        switch self {
        case .failed(_, let reason): reason
        case .rejected(_, requeue: false): .rejected
        default: nil
        }
    }

    /// What runs in its place, if something does.
    fileprivate var replacement: Canvas? {
        if case .replaced(let canvas) = self { canvas } else { nil }
    }

    fileprivate var parts: (value: JSONValue?, failure: TaskFailure?, nextRun: Date?) {
        switch self {
        case .succeeded(let value): (value, nil, nil)
        case .alreadySucceeded(let result): (result.value, nil, nil)
        case .failed(let failure, _), .failedAsExpected(let failure), .lost(let failure): (nil, failure, nil)
        case .retrying(let failure, let moment): (nil, failure, moment)
        case .snoozed(let moment), .deferred(let moment), .limited(.deferred(let moment)): (nil, nil, moment)
        case .rejected(let reason, _): (nil, .rejected(reason), nil)
        case .expired: (nil, .revoked("expired"), nil)
        case .revoked(let hadStarted): (nil, .revoked(hadStarted ? "terminated" : "revoked"), nil)
        case .ignored, .replaced, .handedBack, .leaseLost, .limited: (nil, nil, nil)
        }
    }
}
