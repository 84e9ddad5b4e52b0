import Foundation

/// How a delivery ended.
///
/// The reporter alone turns it into what the broker and the result backend are told.
enum Outcome: Sendable, Hashable {
    /// The task returned.
    case succeeded(JSONValue)
    /// It will not be tried again: the message goes to the dead letters.
    case failed(TaskFailure, DeadLetter.Reason)
    /// Its process died in the middle of it; it is handed out again, and the delivery counts.
    case lost(TaskFailure)
    /// It ended with an error that its options expect: it has failed, and nobody needs to look at it.
    case failedAsExpected(TaskFailure)
    /// It will be tried again.
    case retrying(TaskFailure, at: Date)
    /// It wishes to be run later, and has not failed.
    case snoozed(until: Date)
    /// Something else runs in its place, and says what becomes of it.
    case replaced(by: Canvas)
    /// It wishes that nothing is said about it.
    case ignored
    /// It refused its message.
    case rejected(reason: String, requeue: Bool)
    /// It came too late and was not run.
    case expired
    /// It was revoked: before it started, or while it ran.
    case revoked(hadStarted: Bool)
    /// It was not run, since this worker may not start it before a moment.
    case deferred(until: Date)
    /// It was not run, and the broker has taken it back because of a limit.
    case limited(LimitDecision)
    /// It had succeeded in an earlier delivery, whose worker died before it could say so.
    case alreadySucceeded(TaskResult)
    /// It was not run, or not to its end, because the worker stops.
    case handedBack
    /// Its lease was lost, so another worker may have the message: nothing is told.
    case leaseLost
}

/// A delivery on its way through the worker: what was received, and what has been found out about it.
///
/// An object, since it is handed from step to step and a copy of a message costs as much as a step.
final class Job: Sendable {
    let received: ReceivedMessage
    let message: TaskMessage
    let definition: TaskDefinition
    /// What its run shares with the worker.
    let run: TaskRun

    init(
        received: ReceivedMessage, message: TaskMessage, definition: TaskDefinition,
        stopping: Signal<Void> = Signal()
    ) {
        self.received = received
        self.message = message
        self.definition = definition
        run = TaskRun(
            receipt: received.receipt, checkpoint: message.headers.checkpoint(in: received.checkpoint),
            ignoresResult: definition.options.ignoresResult, stopping: stopping)
    }

    /// Whether the broker is told at the start, not at the end.
    var acknowledgesEarly: Bool { definition.options.delivery.acknowledgesEarly }
    /// Whether an earlier delivery may have run it to its end; a checkpoint sets the number of attempts back.
    var isRepeated: Bool { received.attempt > 1 || received.checkpoint != nil }
    /// Whether no result is stored.
    var ignoresResult: Bool { message.headers.ignoresResult ?? definition.options.ignoresResult }
    /// Seconds after which a run is ended.
    var timeLimit: Double? { message.headers.timeLimit.hard ?? definition.options.timeLimit?.inSeconds }
    /// Seconds after which a run is cancelled.
    var softTimeLimit: Double? { message.headers.timeLimit.soft ?? definition.options.softTimeLimit?.inSeconds }
}

/// What a step hands to the next one, or the end.
enum Step<Value: Sendable>: Sendable {
    case next(Value)
    case end(Outcome)
}
