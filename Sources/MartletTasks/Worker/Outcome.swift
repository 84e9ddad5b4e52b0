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
    /// It will be tried again.
    case retrying(TaskFailure, after: Duration)
    /// It came too late and was not run.
    case expired
    /// It had succeeded in an earlier delivery, whose worker died before it could say so.
    case alreadySucceeded(TaskResult)
    /// It was not run, or not to its end, because the worker stops.
    case handedBack
}

/// A delivery on its way through the worker: what was received, and what has been found out about it.
struct Job: Sendable {
    let received: ReceivedMessage
    let message: TaskMessage
    let definition: TaskDefinition

    /// Whether the broker is told at the start, not at the end.
    var acknowledgesEarly: Bool { definition.options.delivery.acknowledgesEarly }
    /// Whether no result is stored.
    var ignoresResult: Bool { message.headers.ignoresResult ?? definition.options.ignoresResult }
}

/// What a step hands to the next one, or the end.
enum Step<Value: Sendable>: Sendable {
    case next(Value)
    case end(Outcome)
}
